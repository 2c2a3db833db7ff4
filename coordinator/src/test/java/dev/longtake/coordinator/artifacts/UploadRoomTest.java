package dev.longtake.coordinator.artifacts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.longtake.error.ErrorCode;
import dev.longtake.error.LongtakeException;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class UploadRoomTest {

  private final AtomicLong free = new AtomicLong(100);
  private final UploadRoom room = new UploadRoom(free::get);

  private void assertRefused(long bytes, long left) {
    assertThatThrownBy(() -> room.reserve(bytes))
        .isInstanceOfSatisfying(
            LongtakeException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.LIMIT_REACHED))
        .hasMessage(
            "artifact: expected at most %d bytes, which is what uploads under way leave free, found %d"
                .formatted(left, bytes));
  }

  @Test
  void reserve_ofMoreThanIsFree_isRefused() {
    assertRefused(101, 100);
    room.reserve(100).close();
  }

  @Test
  void reserve_besideOthers_countsWhatTheyHaveReserved() {
    UploadRoom.Reservation first = room.reserve(60);

    assertRefused(41, 40);
    room.reserve(40).close();
    first.close();
    room.reserve(100).close();
  }

  @Test
  void use_ofReservedRoom_isCountedOnce() {
    UploadRoom.Reservation first = room.reserve(60);

    free.set(50); // Fifty bytes of it are on the disk.
    first.use(50);

    assertRefused(41, 40);
    room.reserve(40).close();
    first.close();
    room.reserve(50).close();
  }
}

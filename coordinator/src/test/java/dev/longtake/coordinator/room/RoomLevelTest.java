package dev.longtake.coordinator.room;

import static org.assertj.core.api.Assertions.assertThat;

import dev.longtake.config.DataSize;
import java.util.Optional;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** When a disk counts as nearly full, and when again as one with room. */
class RoomLevelTest {

  private static final RoomMarks MARKS =
      new RoomMarks(new DataSize(800), new DataSize(80), Optional.empty());
  private static final RoomMarks NONE =
      new RoomMarks(new DataSize(0), new DataSize(0), Optional.empty());

  @ParameterizedTest
  @CsvSource({
    "ENOUGH, 800, ENOUGH",
    "ENOUGH, 799, LOW",
    "ENOUGH, 79, CRITICAL",
    "LOW, 899, LOW",
    "LOW, 900, ENOUGH",
    "LOW, 80, LOW",
    "LOW, 79, CRITICAL",
    "CRITICAL, 89, CRITICAL",
    "CRITICAL, 90, LOW",
    "CRITICAL, 899, LOW",
    "CRITICAL, 900, ENOUGH",
    "CRITICAL, 0, CRITICAL"
  })
  void after_whatIsFree_isTheLevel(RoomLevel before, long free, RoomLevel expected) {
    assertThat(RoomLevel.after(before, free, MARKS)).isEqualTo(expected);
  }

  @Test
  void after_withoutMarks_isAlwaysEnough() {
    assertThat(RoomLevel.after(RoomLevel.ENOUGH, 0, NONE)).isEqualTo(RoomLevel.ENOUGH);
  }

  /** Files that come and go around a mark change nothing after the first one. */
  @Test
  void after_freeRoomTremblesAroundAMark_changesOnce() {
    var random = new SplittableRandom(8);
    RoomLevel level = RoomLevel.ENOUGH;
    int changes = 0;
    for (int i = 0; i < 1000; i++) {
      RoomLevel next = RoomLevel.after(level, random.nextLong(750, 899), MARKS);
      changes += next == level ? 0 : 1;
      level = next;
    }

    assertThat(level).isEqualTo(RoomLevel.LOW);
    assertThat(changes).isEqualTo(1);
  }
}

package dev.longtake.coordinator.room;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.longtake.config.DataSize;
import dev.longtake.coordinator.LogLines;
import dev.longtake.error.ErrorCode;
import dev.longtake.error.LongtakeException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What follows from what disks say. */
class RoomWatchTest {

  private static final RoomMarks MARKS =
      new RoomMarks(DataSize.mebibytes(2048), DataSize.mebibytes(256), Optional.empty());
  private static final long GIB = 1L << 30;

  private final AtomicLong journal = new AtomicLong(100 * GIB);
  private final AtomicLong artifacts = new AtomicLong(100 * GIB);
  private final List<RoomLevel> levels = new ArrayList<>();
  private boolean isUnreadable;

  private final RoomWatch.Meter meter =
      new RoomWatch.Meter() {
        @Override
        public void free(String disk, long bytes) {}

        @Override
        public void level(RoomLevel worst) {
          levels.add(worst);
        }
      };

  private RoomWatch watch() {
    return new RoomWatch(
        List.of(
            new Disk("journal", "/a", journal::get),
            new Disk("artifacts", "/b", this::ofArtifacts)),
        MARKS,
        meter);
  }

  private long ofArtifacts() throws IOException {
    if (isUnreadable) {
      throw new IOException("stale file handle");
    }
    return artifacts.get();
  }

  @Test
  void check_enoughEverywhere_holdsNothingUp() {
    try (RoomWatch room = watch()) {
      assertThat(room.whyNothingIsLeased()).isEmpty();
      assertThatCode(room::requireRoom).doesNotThrowAnyException();
    }
  }

  @Test
  void check_oneDiskLow_leasesNothingAndAccepts() {
    try (RoomWatch room = watch()) {
      artifacts.set(GIB);
      room.check();

      assertThat(room.whyNothingIsLeased())
          .contains(
              "disk of artifacts: expected 2 GiB free on /b (storage.room.free-low), found 1 GiB");
      assertThatCode(room::requireRoom).doesNotThrowAnyException();
    }
  }

  @Test
  void check_oneDiskCritical_acceptsNothingUntilThereIsRoom() {
    try (RoomWatch room = watch()) {
      artifacts.set(GIB);
      journal.set(GIB / 8);
      room.check();

      assertThatThrownBy(room::requireRoom)
          .isInstanceOfSatisfying(
              LongtakeException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.NO_ROOM))
          .hasMessage(
              "disk of journal: expected 256 MiB free on /a (storage.room.free-critical), found 128"
                  + " MiB");

      journal.set(100 * GIB);
      artifacts.set(100 * GIB);
      room.check();

      assertThat(room.whyNothingIsLeased()).isEmpty();
      assertThat(levels).containsExactly(RoomLevel.ENOUGH, RoomLevel.CRITICAL, RoomLevel.ENOUGH);
    }
  }

  @Test
  void check_diskThatCannotBeAsked_leasesNothingAndSaysWhy() {
    try (RoomWatch room = watch()) {
      isUnreadable = true;
      room.check();

      assertThat(room.whyNothingIsLeased().orElseThrow())
          .isEqualTo(
              "disk of artifacts: cannot tell what is free on /b: java.io.IOException: stale file"
                  + " handle");
      assertThatCode(room::requireRoom).doesNotThrowAnyException();
    }
  }

  @Test
  void check_againAndAgain_logsChangesAlone() {
    try (var lines = new LogLines();
        RoomWatch room = watch()) {
      artifacts.set(GIB);
      for (int i = 0; i < 5; i++) {
        room.check();
      }
      artifacts.set(100 * GIB);
      room.check();

      assertThat(lines.texts().stream().filter(line -> line.contains("room=")))
          .containsExactly(
              "WARN room=artifacts low, nothing new is leased: disk of artifacts: expected 2 GiB"
                  + " free on /b (storage.room.free-low), found 1 GiB",
              "INFO room=artifacts enough again: work goes on");
    }
  }

  @Test
  void of_folderThatIsRemoved_isToldAsOneThatCannotBeAsked(@TempDir Path folder)
      throws IOException {
    Path gone = Files.createDirectory(folder.resolve("gone"));
    try (RoomWatch room =
        new RoomWatch(
            List.of(Disk.of("journal", gone)),
            new RoomMarks(new DataSize(1), new DataSize(1), Optional.empty()),
            meter)) {
      assertThat(room.whyNothingIsLeased()).isEmpty();
      Files.delete(gone);
      room.check();

      assertThat(room.whyNothingIsLeased().orElseThrow())
          .startsWith("disk of journal: cannot tell");
    }
  }
}

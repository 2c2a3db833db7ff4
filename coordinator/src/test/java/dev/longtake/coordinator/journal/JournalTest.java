package dev.longtake.coordinator.journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.longtake.coordinator.Coordinator;
import dev.longtake.coordinator.CoordinatorConfig;
import dev.longtake.coordinator.TestConfig;
import dev.longtake.digest.Digest;
import dev.longtake.error.ErrorCode;
import dev.longtake.error.LongtakeException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Which journals a start takes. */
@Timeout(60)
class JournalTest {

  /** Written by Longtake 0.1 while it rendered {@code new-york-zoo/quick.yaml}. */
  private static final Path OF_0_1 =
      Path.of("src", "test", "resources", "journal", "0.1", "stories.mv.db");

  @TempDir Path folder;

  private static Map<String, Digest> contents(Path folder) throws Exception {
    try (Stream<Path> files = Files.list(folder)) {
      return files.collect(
          Collectors.toMap(it -> it.getFileName().toString(), JournalTest::digest));
    }
  }

  private static Digest digest(Path file) {
    try {
      return Digest.of(Files.readAllBytes(file));
    } catch (java.io.IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  @Test
  void start_onAJournalOf01_isRefusedAndChangesNothing() throws Exception {
    Path journal = Files.createDirectories(folder.resolve("journal"));
    Files.copy(OF_0_1, journal.resolve("stories.mv.db"));
    Map<String, Digest> before = contents(journal);

    assertThatThrownBy(
            () -> Coordinator.start(CoordinatorConfig.CONFIGURATION.of(TestConfig.in(folder))))
        .isInstanceOfSatisfying(
            LongtakeException.class,
            e -> {
              assertThat(e.code()).isEqualTo(ErrorCode.CONFIGURATION_INVALID);
              assertThat(e.getMessage())
                  .contains(
                      journal.toString(),
                      "form 7470",
                      "Longtake 0.1 (form 33)",
                      "move this folder");
            });

    assertThat(contents(journal)).isEqualTo(before);
  }

  @Test
  void start_onAJournalOfItsOwn_goesOn() {
    Coordinator.start(CoordinatorConfig.CONFIGURATION.of(TestConfig.in(folder))).close();

    assertThatCode(() -> Journal.requireReadable(folder.resolve("journal")))
        .doesNotThrowAnyException();
    Coordinator.start(CoordinatorConfig.CONFIGURATION.of(TestConfig.in(folder))).close();
  }

  @Test
  void start_onAFileThatIsNoJournal_saysSo() throws Exception {
    Files.write(folder.resolve("stories.mv.db"), new byte[8192]);

    assertThatThrownBy(() -> Journal.requireReadable(folder))
        .isInstanceOfSatisfying(
            LongtakeException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.FILE_UNUSABLE));
  }
}

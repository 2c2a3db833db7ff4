package dev.longtake.coordinator.journal;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What was once written is read for ever: the files in {@code src/test/resources/journal}, one a
 * sample. A new sample's file is written by
 *
 * <pre>
 * mvn -pl coordinator -am test -Dtest=JournalGoldenTest -Dsurefire.failIfNoSpecifiedTests=false -Djournal.golden=write
 * </pre>
 *
 * which never touches a file that is there. A file that fails here stands for the journals out
 * there: mend the form, not the file.
 */
class JournalGoldenTest {

  private static final Path FOLDER = Path.of("src", "test", "resources", "journal");

  private final JournalSerializer serializer = new JournalSerializer();

  static List<JournalSamples.Sample> samples() {
    return Stream.concat(JournalSamples.all().stream(), JournalSamples.snapshots().stream())
        .toList();
  }

  private static Path file(JournalSamples.Sample sample) {
    return FOLDER.resolve(sample.name() + ".bin");
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("samples")
  void event_isReadFromItsFileAndWrittenAsThere(JournalSamples.Sample sample) throws Exception {
    if ("write".equals(System.getProperty("journal.golden")) && !Files.exists(file(sample))) {
      Files.write(file(sample), serializer.toBinary(sample.event()), StandardOpenOption.CREATE_NEW);
    }

    assertThat(file(sample)).as("write it as the comment of this test says").exists();
    byte[] golden = Files.readAllBytes(file(sample));
    assertThat(serializer.fromBinary(golden, serializer.manifest(sample.event())))
        .isEqualTo(sample.event());
    assertThat(serializer.toBinary(sample.event())).isEqualTo(golden);
  }

  @Test
  void files_areThoseOfTheSamples() throws Exception {
    Set<String> names =
        samples().stream().map(it -> it.name() + ".bin").collect(Collectors.toSet());

    try (Stream<Path> files = Files.list(FOLDER)) {
      assertThat(files.filter(Files::isRegularFile).map(it -> it.getFileName().toString()))
          .as("a golden file is never removed, nor is its sample")
          .containsExactlyInAnyOrderElementsOf(names);
    }
  }

  /** These stand in rows. */
  @Test
  void names_areThoseOfEveryRowEver() {
    assertThat(serializer.identifier()).isEqualTo(7470);
    assertThat(samples().stream().map(it -> serializer.manifest(it.event())))
        .containsOnly(
            "longtake.v1.StoryEvent", "longtake.v1.StorySnapshot", "longtake.v1.CatalogEvent");
  }
}

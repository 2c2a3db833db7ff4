package dev.longtake.ops.logs;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.longtake.client.Address;
import dev.longtake.client.Addresses;
import dev.longtake.client.FarmClient;
import dev.longtake.client.LogClient;
import dev.longtake.client.Pass;
import dev.longtake.config.Overrides;
import dev.longtake.coordinator.Coordinator;
import dev.longtake.coordinator.CoordinatorConfig;
import dev.longtake.lease.LeaseToken;
import dev.longtake.lease.LogLine;
import dev.longtake.lease.LogPage;
import dev.longtake.ops.Main;
import dev.longtake.ops.console.Console;
import dev.longtake.ops.console.ExitCode;
import dev.longtake.testing.TestStories;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** {@code longtake logs} of a story that was cancelled, and about a worker that is gone. */
@Timeout(60)
class LogsCommandTest {

  private static final String WORKER = "gpu-7";

  @TempDir private static Path folder;
  private static Coordinator coordinator;
  private static String storyId = "";

  private record Result(int status, List<String> lines, String errors) {}

  @BeforeAll
  static void start() {
    coordinator =
        Coordinator.start(
            CoordinatorConfig.CONFIGURATION.of(
                Overrides.NONE
                    .with("test", "storage.folder", folder)
                    .with("test", "storage.journal", "unforced-folder")
                    .with("test", "listen.port", 0)
                    .with("test", "metrics.port", "off")
                    .with("test", "web.port", "off")));
    try (FarmClient client = FarmClient.connect("127.0.0.1", coordinator.port());
        LogClient logs =
            LogClient.connect(
                Addresses.of(new Address("127.0.0.1", coordinator.port())), Pass.NONE)) {
      storyId =
          client.submit("r1", TestStories.story("lion", 33), TestStories.pictures()).storyId();
      logs.append(List.of(line(0, 0), line(1, 0), line(1, 1)));
      client.cancel(storyId);
    }
  }

  @AfterAll
  static void stop() {
    coordinator.close();
  }

  private static LogLine line(int chunk, int number) {
    return new LogLine(
        Instant.parse("2026-03-01T00:00:00.250Z"),
        LogLine.Level.WARN,
        new LogLine.About(
            storyId,
            "shot-1",
            Optional.of(new LeaseToken(storyId, 0, LeaseToken.Kind.CHUNK, chunk, 1)),
            WORKER),
        OptionalInt.of(number),
        "no checkpoint at step " + number);
  }

  private static Result run(String... options) {
    StringWriter output = new StringWriter();
    StringWriter errors = new StringWriter();
    Console console =
        new Console(new PrintWriter(output, true), new PrintWriter(errors, true), false);
    List<String> arguments =
        new ArrayList<>(List.of("logs", "--coordinator", "127.0.0.1:" + coordinator.port()));
    arguments.addAll(List.of(options));
    int status = Main.commandLine(console).execute(arguments.toArray(String[]::new));
    return new Result(status, output.toString().lines().toList(), errors.toString());
  }

  /** It has ended, so there is nothing to wait for. */
  @Test
  void logs_ofAStoryThatIsFollowed_areAllOnceUpToItsEnd() {
    Result result = run(storyId, "--follow");

    assertThat(result.status()).as(result.errors()).isEqualTo(ExitCode.OK);
    assertThat(result.lines()).doesNotHaveDuplicates().hasSize(5);
    assertThat(result.lines())
        .anyMatch(line -> line.endsWith(" story=" + storyId + " submitted: 1 shots"))
        .anyMatch(line -> line.endsWith(" story=" + storyId + " cancelled"))
        .contains(
            "2026-03-01T00:00:00.250Z WARN  story=%s shot=shot-1 chunk=0 attempt=1 worker=gpu-7 no checkpoint at step 0"
                .formatted(storyId));
  }

  /** And nobody waits for ever for what such a worker might say. */
  @Test
  void logs_ofAStoryThatIsNotThere_endAtOnce() {
    for (String option : List.of("--json", "--follow")) {
      Result result = run("story-999999", option);

      assertThat(result.status()).isNotEqualTo(ExitCode.OK);
      assertThat(result.lines()).isEmpty();
      assertThat(result.errors()).contains("story-999999");
    }
    assertThat(run("gpu-8").status()).isEqualTo(ExitCode.OK);
  }

  @Test
  void logs_ofOneChunk_areOnlyThose() {
    assertThat(run(storyId, "--shot", "shot-1", "--chunk", "1").lines())
        .hasSize(2)
        .allMatch(line -> line.contains(" chunk=1 "));
    assertThat(run(storyId, "--shot", "other").lines()).isEmpty();
    assertThat(run(storyId, "--chunk", "1").errors())
        .contains("--chunk: expected a number from 0, and --shot");
  }

  @Test
  void logs_ofAWorkerAsJson_haveWhatTheyAreAboutAsFields() throws Exception {
    Result result = run(WORKER, "--json");

    assertThat(result.lines()).hasSize(3);
    assertThat(new ObjectMapper().readTree(result.lines().getLast()).toString())
        .isEqualTo(
            new ObjectMapper()
                .readTree(
                    """
                    {"time": "2026-03-01T00:00:00.250Z", "level": "WARN", "story": "%s",
                     "shotId": "shot-1", "shot": 0, "chunk": 1, "attempt": 1, "worker": "gpu-7",
                     "message": "no checkpoint at step 1"}
                    """
                        .formatted(storyId))
                .toString());
  }

  @Test
  void unseen_ofPagesThatOverlap_givesEachLineOnce() {
    var unseen = new Unseen();
    List<LogPage.Kept> lines = new ArrayList<>();
    for (int i = 1; i <= 4; i++) {
      lines.add(new LogPage.Kept(i, line(0, i)));
    }

    assertThat(unseen.of(new LogPage(lines.subList(0, 3), 1, false))).hasSize(3);
    // Number 2 was on its way longer than number 3, and 4 is new.
    assertThat(unseen.of(new LogPage(lines.subList(1, 4), 4, false)))
        .containsExactly(lines.getLast());
    assertThat(unseen.of(new LogPage(List.of(), 4, false))).isEmpty();
  }
}

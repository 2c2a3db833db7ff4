package dev.longtake.coordinator.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.longtake.client.Address;
import dev.longtake.client.Addresses;
import dev.longtake.client.FarmClient;
import dev.longtake.client.LogClient;
import dev.longtake.client.Pass;
import dev.longtake.coordinator.Coordinator;
import dev.longtake.coordinator.CoordinatorConfig;
import dev.longtake.coordinator.TestConfig;
import dev.longtake.error.ErrorCode;
import dev.longtake.error.LongtakeException;
import dev.longtake.lease.LeaseToken;
import dev.longtake.lease.LogLine;
import dev.longtake.lease.LogPage;
import dev.longtake.lease.LogQuery;
import dev.longtake.testing.TestStories;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What is said of a story, of a coordinator that is killed afterwards. */
@Timeout(60)
@SuppressWarnings("try") // Workers work by being there.
class LogsTest {

  @TempDir private Path folder;

  private Coordinator start() {
    return Coordinator.start(CoordinatorConfig.CONFIGURATION.of(TestConfig.in(folder)));
  }

  private static LogClient logs(Coordinator coordinator) {
    return LogClient.connect(Addresses.of(new Address("127.0.0.1", coordinator.port())), Pass.NONE);
  }

  private static LogQuery of(String storyId) {
    return new LogQuery(storyId, "", "", OptionalInt.empty(), 0, 1000);
  }

  private static List<LogLine> lines(LogClient logs, LogQuery query) {
    return logs.lines(query).lines().stream().map(LogPage.Kept::line).toList();
  }

  private static LogLine ofWorker(String storyId) {
    return new LogLine(
        Instant.parse("2026-03-01T00:00:00Z"),
        LogLine.Level.WARN,
        new LogLine.About(
            storyId,
            "shot-1",
            Optional.of(new LeaseToken(storyId, 0, LeaseToken.Kind.CHUNK, 0, 1)),
            "a"),
        OptionalInt.of(0),
        "no checkpoint at step 3");
  }

  private static String render(Coordinator coordinator) {
    try (var client = FarmClient.connect("127.0.0.1", coordinator.port());
        var worker = FakeWorker.start(coordinator.port(), "a")) {
      String id =
          client.submit("r1", TestStories.story("rosie", 57, 33), TestStories.pictures()).storyId();
      client.watch(id, status -> {});
      return id;
    }
  }

  @Test
  void lines_ofAFilm_tellWhoDidWhatAndOutliveTheCoordinator() {
    String id;
    try (Coordinator coordinator = start()) {
      id = render(coordinator);
      try (LogClient logs = logs(coordinator)) {
        logs.append(List.of(ofWorker(id)));
        logs.append(List.of(ofWorker(id)));
      }
    }

    try (Coordinator coordinator = start();
        LogClient logs = logs(coordinator)) {
      List<LogLine> lines = lines(logs, of(id));

      assertThat(lines)
          .extracting(LogLine::text)
          .startsWith("submitted: 2 shots")
          .contains("leased", "done", "all its chunks are done, and joined")
          .anyMatch(text -> text.startsWith("the film is there"))
          .containsOnlyOnce("no checkpoint at step 3");
      assertThat(lines)
          .filteredOn(line -> line.text().equals("done"))
          .isNotEmpty()
          .allSatisfy(
              line -> {
                assertThat(line.about().workerId()).isEqualTo("a");
                assertThat(line.about().lease().orElseThrow().attempt()).isEqualTo(1);
                assertThat(line.about().shotId()).startsWith("shot-");
              });
      assertThat(lines).noneMatch(line -> line.text().contains("rosie"));
      assertThat(lines(logs, new LogQuery("", "a", "", OptionalInt.empty(), 0, 1000)))
          .isNotEmpty()
          .allMatch(line -> line.about().workerId().equals("a"));
    }
  }

  @Test
  void lines_ofNoStory_areNotFound() {
    try (Coordinator coordinator = start();
        LogClient logs = logs(coordinator)) {
      assertThatThrownBy(() -> logs.lines(of("nobody's")))
          .isInstanceOfSatisfying(
              LongtakeException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.NOT_FOUND));
    }
  }
}

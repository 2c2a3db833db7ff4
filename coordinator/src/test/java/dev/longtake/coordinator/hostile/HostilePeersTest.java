package dev.longtake.coordinator.hostile;

import static org.assertj.core.api.Assertions.assertThat;

import dev.longtake.client.FarmClient;
import dev.longtake.coordinator.Coordinator;
import dev.longtake.coordinator.CoordinatorConfig;
import dev.longtake.coordinator.TestConfig;
import dev.longtake.coordinator.api.FakeWorker;
import dev.longtake.story.status.StoryState;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * One hostile peer after the other against one coordinator, beside somebody honest: the process
 * lives, whoever is honest is served, and afterwards there is no more of anything than before.
 */
@Timeout(120)
class HostilePeersTest {

  static final int WORKERS_MAX = 100;

  private static final Path PAGE = Path.of("..", "ops", "docs", "security.md");

  @TempDir static Path folder;
  private static Target target;
  private static Remains before;

  @BeforeAll
  @SuppressWarnings("try") // A worker works by being there.
  static void start() throws Exception {
    Coordinator coordinator =
        Coordinator.start(
            CoordinatorConfig.CONFIGURATION.of(
                TestConfig.in(folder)
                    .with("test", "metrics.port", 0)
                    .with("test", "web.port", 0)
                    .with("test", "listen.idle", "1s")
                    .with("test", "limits.workers", WORKERS_MAX)
                    .with("test", "lease.timeout", "3s")
                    .with("test", "lease.heartbeat", "1s")
                    .with("test", "lease.reconnect", "200ms")));
    String film;
    try (FarmClient client = Bystander.client(coordinator.port());
        var worker = FakeWorker.start(coordinator.port(), "first")) {
      film = Bystander.submit(client);
      assertThat(client.watch(film, status -> {}).state()).isEqualTo(StoryState.SUCCEEDED);
    }
    target = new Target(coordinator, folder, film);
    try (var bystander = new Bystander(target)) {
      bystander.requireServed();
    }
    before = Remains.of(target);
  }

  @AfterAll
  static void stop() {
    target.coordinator().close();
  }

  static Stream<HostilePeers.Row> peers() {
    return HostilePeers.all().stream();
  }

  @ParameterizedTest
  @MethodSource("peers")
  void attack_besideSomebodyHonest_costsNobodyElseAnything(HostilePeers.Row row) throws Exception {
    try (var bystander = new Bystander(target)) {
      row.peer().attack(target);
      bystander.requireServed();
    }

    Remains after = before.awaitNoMoreThanThis(target);
    assertThat(before.isEnough(after)).as("before %s, after %s", before, after).isTrue();
    assertThat(target.coordinator().failure()).isNotDone();
  }

  /** What the documents say of them is what they are. */
  @Test
  void page_hasEveryHostilePeer() throws Exception {
    List<String> expected = HostilePeers.all().stream().map(HostilePeers.Row::line).toList();

    assertThat(
            Files.readAllLines(PAGE).stream()
                .dropWhile(line -> !line.equals("| Peer | What it does | What it gets |"))
                .skip(2)
                .takeWhile(line -> line.startsWith("| ")))
        .as("the table of hostile peers in ops/docs/security.md")
        .containsExactlyElementsOf(expected);
  }
}

package dev.longtake.ops;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.longtake.digest.Digest;
import dev.longtake.testing.TestPostgres;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Three coordinators on PostgreSQL and two workers, all processes of their own. */
@Timeout(value = 8, unit = TimeUnit.MINUTES)
class SeveralCoordinatorsIT {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int COORDINATORS = 3;

  @TempDir private Path folder;
  private Programs programs;

  /** What a coordinator listens on. */
  private record Ports(int listen, int cluster, int latents) {}

  @BeforeEach
  void openPrograms() {
    programs = new Programs(folder);
  }

  @AfterEach
  void endPrograms() {
    programs.close();
  }

  /**
   * The coordinator that deals out the work is killed in mid-shot: the others go on with its
   * stories, its workers and its watchers. The film is the one that a single process renders.
   */
  @Test
  void film_coordinatorThatLeadsKilled_isTheSame() throws Exception {
    Path story = TinyStory.write(folder, TinyStory.YAML.replace("steps: 3", "steps: 30"));
    Path alone = folder.resolve("alone");
    programs.run(
        "render",
        story.toString(),
        "--out",
        alone.toString(),
        "--farm",
        folder.resolve("one").toString());

    List<Ports> ports = IntStream.range(0, COORDINATORS).mapToObj(i -> ports()).toList();
    String database = TestPostgres.newDatabase();
    List<Process> coordinators = new ArrayList<>();
    for (int i = 0; i < COORDINATORS; i++) {
      coordinators.add(
          programs.start("coordinator", "--config", config(ports, i, database).toString()));
    }
    for (Process coordinator : coordinators) {
      assertThat(coordinator.inputReader().readLine()).startsWith("listening on ");
    }
    String addresses = addresses(ports.stream().map(Ports::listen).toList());
    for (String id : List.of("a", "b")) {
      programs.start("worker", "--coordinator", addresses, "--id", id, "--threads", "1");
    }
    String id = programs.run("submit", story.toString(), "--coordinator", addresses).strip();
    BufferedReader statuses =
        programs.start("watch", id, "--coordinator", addresses, "--json").inputReader();
    JsonNode last = JSON.createObjectNode();
    boolean isKilled = false;
    for (String line = statuses.readLine(); line != null; line = statuses.readLine()) {
      last = JSON.readTree(line);
      if (!isKilled && last.path("shots").path(0).path("stepsKept").asInt() > 0) {
        coordinators.getFirst().destroyForcibly().waitFor(); // SIGKILL
        isKilled = true;
      }
    }

    assertThat(isKilled).isTrue();
    assertThat(last.path("state").asText()).as("%s", last).isEqualTo("SUCCEEDED");
    Path out = folder.resolve("fetched");
    programs.run("fetch", id, "--coordinator", addresses, "--out", out.toString());
    assertThat(Digest.of(Files.readAllBytes(out.resolve("film.mp4"))))
        .isEqualTo(Digest.of(Files.readAllBytes(alone.resolve("film.mp4"))));
  }

  private Path config(List<Ports> all, int index, String database) throws IOException {
    Ports own = all.get(index);
    String text =
        """
        listen.port = %d
        metrics.port = off
        cluster { port = %d, members = "%s" }
        latents.cluster { port = %d, members = "%s", secret = "known to the tests alone" }
        storage {
          folder = "%s"
          shared-folder = "%s"
          journal = postgresql
          postgresql { url = "%s", user = "%s", password = "%s" }
        }
        """
            .formatted(
                own.listen(),
                own.cluster(),
                addresses(all.stream().map(Ports::cluster).toList()),
                own.latents(),
                addresses(all.stream().map(Ports::latents).toList()),
                folder.resolve("coordinator-" + index),
                Files.createDirectories(folder.resolve("shared")),
                database,
                TestPostgres.USER,
                TestPostgres.PASSWORD.value());
    return Files.writeString(folder.resolve("coordinator-%d.conf".formatted(index)), text);
  }

  private static String addresses(List<Integer> ports) {
    return ports.stream().map(port -> "127.0.0.1:" + port).collect(Collectors.joining(","));
  }

  private static Ports ports() {
    try (ServerSocket listen = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        ServerSocket cluster = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        ServerSocket latents = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return new Ports(listen.getLocalPort(), cluster.getLocalPort(), latents.getLocalPort());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}

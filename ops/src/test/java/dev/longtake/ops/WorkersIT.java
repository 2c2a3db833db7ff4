package dev.longtake.ops;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.longtake.ops.console.ExitCode;
import java.io.BufferedReader;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Workers whose coordinator is not there, or has one of their name already, as processes. */
@Timeout(value = 8, unit = TimeUnit.MINUTES)
class WorkersIT {

  private static final ObjectMapper JSON = new ObjectMapper();

  @TempDir private Path folder;

  /**
   * A worker that is started first says once, with address and cause, that nobody is there, and
   * once that it is connected. A second one of its name is refused while it works, and ends with a
   * status that no service manager answers with another start.
   */
  @Test
  void film_workerBeforeItsCoordinatorAndAnotherOfItsName_isMade() throws Exception {
    try (var programs = new Programs(folder)) {
      int port = freePort();
      String address = "127.0.0.1:" + port;
      String[] worker = {"worker", "--coordinator", address, "--id", "left", "--threads", "1"};
      programs.start(worker);
      Path saidByFirst = programs.lastErrors();
      Process coordinator =
          programs.start(
              "coordinator",
              "--data",
              folder.resolve("data").toString(),
              "--port",
              Integer.toString(port),
              "--metrics-port",
              "-1",
              "--web-port",
              "-1");
      Path saidByCoordinator = programs.lastErrors();
      assertThat(coordinator.inputReader().readLine()).isEqualTo("listening on " + address);
      Path story = TinyStory.write(folder);
      String id = programs.run("submit", story.toString(), "--coordinator", address).strip();
      BufferedReader statuses =
          programs.start("watch", id, "--coordinator", address, "--json").inputReader();
      JsonNode status = begun(statuses); // The first one is there.

      Process second = programs.start(worker);
      Path saidBySecond = programs.lastErrors();

      assertThat(second.waitFor()).isEqualTo(ExitCode.NAME_TAKEN);
      assertThat(Files.readString(saidBySecond)).contains("left").doesNotContain("\tat ");
      assertThat(lines(saidByCoordinator, "refused"))
          .hasSize(1)
          .allMatch(it -> it.contains("left"));
      assertThat(last(statuses, status).path("state").asText()).isEqualTo("SUCCEEDED");
      assertThat(lines(saidByFirst, "cannot reach coordinator"))
          .hasSizeLessThanOrEqualTo(1)
          .allMatch(it -> it.contains(address) && it.contains("Connection refused"));
      assertThat(lines(saidByFirst, "connected to coordinator")).hasSize(1);
    }
  }

  private static JsonNode begun(BufferedReader statuses) throws IOException {
    JsonNode status = JSON.readTree(statuses.readLine());
    while (status.path("state").asText().equals("PENDING")) {
      status = JSON.readTree(statuses.readLine());
    }
    return status;
  }

  /** The last status of all: the one known already where the film was done when it was read. */
  private static JsonNode last(BufferedReader statuses, JsonNode known) throws IOException {
    JsonNode last = known;
    for (String line = statuses.readLine(); line != null; line = statuses.readLine()) {
      last = JSON.readTree(line);
    }
    return last;
  }

  private static List<String> lines(Path file, String part) throws IOException {
    return Files.readAllLines(file).stream().filter(line -> line.contains(part)).toList();
  }

  /** One that was free a moment ago: the worker has to know it before anybody listens. */
  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }
}

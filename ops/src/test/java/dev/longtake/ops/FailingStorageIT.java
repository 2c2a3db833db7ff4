package dev.longtake.ops;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.longtake.ops.console.ExitCode;
import io.grpc.ManagedChannel;
import io.grpc.ManagedChannelBuilder;
import io.grpc.StatusRuntimeException;
import io.grpc.health.v1.HealthCheckRequest;
import io.grpc.health.v1.HealthCheckResponse;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.grpc.health.v1.HealthGrpc;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Coordinators whose disk takes nothing more, as processes of their own. */
@Timeout(value = 4, unit = TimeUnit.MINUTES)
class FailingStorageIT {

  private static final ObjectMapper JSON = new ObjectMapper();

  /** What the journal may still grow by: the start, and a few events. */
  private static final int ROOM_KIB = 48;

  @TempDir private Path folder;

  /**
   * The journal's file reaches a limit in mid-film, which its writer cannot tell from a disk that
   * is full. The coordinator says that it is not well, ends with a status of its own and one
   * sentence, and once there is room all goes on.
   */
  @Test
  void film_journalWithoutRoom_goesOnWithTheNextCoordinator() throws Exception {
    try (var programs = new Programs(folder)) {
      Path story = TinyStory.write(folder);
      Path data = folder.resolve("data");
      Process first = programs.start(coordinator(data, "0"));
      String address = first.inputReader().readLine().replace("listening on ", "");
      String id = programs.run("submit", story.toString(), "--coordinator", address).strip();
      first.destroy();
      assertThat(first.waitFor()).isEqualTo(ExitCode.OK);
      String port = address.substring(address.indexOf(':') + 1);
      long size = Files.size(data.resolve("journal/stories.mv.db"));
      Process full = programs.startLimited(size / 1024 + ROOM_KIB, coordinator(data, port));
      Path said = programs.lastErrors();
      assertThat(full.inputReader().readLine()).isEqualTo("listening on " + address);
      var isWell = new CompletableFuture<Void>();
      CompletableFuture<List<ServingStatus>> health = healthUntilTheEnd(address, isWell);
      isWell.get(); // Only then is anything done that has to be written.
      programs.start("worker", "--coordinator", address, "--id", "left", "--threads", "1");

      assertThat(full.waitFor()).isEqualTo(ExitCode.STORAGE_FAILED);
      assertThat(health.get()).endsWith(ServingStatus.NOT_SERVING).contains(ServingStatus.SERVING);
      assertThat(Files.readString(said))
          .contains("health=journal has failed, the coordinator ends", "start again")
          .doesNotContain("\tat ");

      Process roomy = programs.start(coordinator(data, port));
      assertThat(roomy.inputReader().readLine()).isEqualTo("listening on " + address);
      String statuses = programs.run("watch", id, "--coordinator", address, "--json");
      JsonNode last = JSON.readTree(statuses.lines().toList().getLast());
      assertThat(last.path("state").asText()).as(statuses).isEqualTo("SUCCEEDED");
    }
  }

  private static String[] coordinator(Path data, String port) {
    return new String[] {
      "coordinator",
      "--data",
      data.toString(),
      "--port",
      port,
      "--metrics-port",
      "-1",
      "--web-port",
      "-1"
    };
  }

  /** What a coordinator says of its health, until its connection breaks. */
  private static CompletableFuture<List<ServingStatus>> healthUntilTheEnd(
      String address, CompletableFuture<Void> isHeard) {
    return CompletableFuture.supplyAsync(
        () -> {
          ManagedChannel channel = ManagedChannelBuilder.forTarget(address).usePlaintext().build();
          List<ServingStatus> statuses = new ArrayList<>();
          try {
            Iterator<HealthCheckResponse> answers =
                HealthGrpc.newBlockingStub(channel).watch(HealthCheckRequest.getDefaultInstance());
            answers.forEachRemaining(
                answer -> {
                  statuses.add(answer.getStatus());
                  isHeard.complete(null);
                });
          } catch (StatusRuntimeException e) {
            // It has ended.
          } finally {
            channel.shutdownNow();
          }
          return statuses;
        },
        Thread::startVirtualThread);
  }
}

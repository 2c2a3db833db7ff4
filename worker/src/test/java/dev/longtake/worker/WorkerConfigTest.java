package dev.longtake.worker;

import static dev.longtake.worker.WorkerConfig.CONFIGURATION;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.longtake.client.Address;
import dev.longtake.client.Addresses;
import dev.longtake.client.Deadlines;
import dev.longtake.config.DataSize;
import dev.longtake.config.Overrides;
import dev.longtake.metrics.MetricsAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Of each section: its defaults, and every key mapped. */
class WorkerConfigTest {

  private static final WorkerConfig DEFAULTS = CONFIGURATION.defaults();

  private static WorkerConfig parse(String text) {
    return CONFIGURATION.parse("worker.conf", text, Overrides.NONE);
  }

  @Test
  void id_byDefault_isLeftToTheMachine() {
    assertThat(DEFAULTS.id()).isEmpty();
  }

  @Test
  void id_ofTheFile_isMapped() {
    assertThat(parse("id = left").workerId()).isEqualTo("left");
  }

  @Test
  void coordinator_defaults_areLoopback() {
    assertThat(DEFAULTS.coordinator())
        .isEqualTo(
            new WorkerConfig.Coordinator(
                Addresses.parse("127.0.0.1:7470"), Duration.ofSeconds(20)));
  }

  @Test
  void coordinator_everyKey_isMapped() {
    assertThat(parse("coordinator { addresses = \"a:1, [::1]:2\", keep-alive = 1m }").coordinator())
        .isEqualTo(
            new WorkerConfig.Coordinator(
                new Addresses(List.of(new Address("a", 1), new Address("::1", 2))),
                Duration.ofMinutes(1)));
  }

  @Test
  void engine_defaults_areTheProcessor() {
    assertThat(DEFAULTS.engine())
        .isEqualTo(
            new WorkerConfig.Compute(Optional.empty(), ComputeDevice.CPU, OptionalInt.empty()));
  }

  @Test
  void engine_everyKey_isMapped() {
    assertThat(parse("engine { model = wan, device = \"cuda:1:f32\", threads = 3 }").engine())
        .isEqualTo(
            new WorkerConfig.Compute(
                Optional.of(Path.of("wan")), ComputeDevice.parse("cuda:1:f32"), OptionalInt.of(3)));
  }

  @Test
  void link_defaults_areThoseOfANetworkNearby() {
    assertThat(DEFAULTS.link())
        .isEqualTo(
            new WorkerConfig.Link(
                Duration.ofMillis(50),
                Duration.ofSeconds(30),
                Duration.ofMillis(20),
                Duration.ofSeconds(25)));
  }

  @Test
  void link_everyKey_isMapped() {
    assertThat(
            parse(
                    "link { reconnect-first = 1s, reconnect-max = 1m, coalesce = 100ms, leave-max ="
                        + " 2m }")
                .link())
        .isEqualTo(
            new WorkerConfig.Link(
                Duration.ofSeconds(1),
                Duration.ofMinutes(1),
                Duration.ofMillis(100),
                Duration.ofMinutes(2)));
  }

  @Test
  void transfer_defaults_areThoseOfTheClients() {
    assertThat(DEFAULTS.transfer())
        .isEqualTo(
            new WorkerConfig.Transfer(
                Duration.ofSeconds(20),
                Deadlines.USUAL.slab(),
                Deadlines.USUAL.checkpoint(),
                Deadlines.USUAL.artifact()));
  }

  @Test
  void transfer_everyKey_isMapped() {
    assertThat(
            parse(
                    """
                    transfer { slab-wait = 1s, slab-deadline = 2s }
                    transfer { checkpoint-deadline = 3s, artifact-deadline = 4s }
                    """)
                .transfer())
        .isEqualTo(
            new WorkerConfig.Transfer(
                Duration.ofSeconds(1),
                Duration.ofSeconds(2),
                Duration.ofSeconds(3),
                Duration.ofSeconds(4)));
  }

  @Test
  void memory_defaults_areThoseOfAFewStories() {
    assertThat(DEFAULTS.memory())
        .isEqualTo(new WorkerConfig.Memory(32, DataSize.mebibytes(128), 4));
  }

  @Test
  void memory_everyKey_isMapped() {
    assertThat(parse("memory { prompts = 5, references = 1 GiB, results = 6 }").memory())
        .isEqualTo(new WorkerConfig.Memory(5, DataSize.mebibytes(1024), 6));
  }

  @Test
  void metrics_defaults_areNone() {
    assertThat(DEFAULTS.metrics()).isEqualTo(new MetricsAddress("127.0.0.1", OptionalInt.empty()));
  }

  @Test
  void metrics_everyKey_isMapped() {
    assertThat(parse("metrics { host = render2, port = 9000 }").metrics())
        .isEqualTo(new MetricsAddress("render2", OptionalInt.of(9000)));
  }

  @Test
  void onMachine_whatWasLeftToIt_isFilledInAndNothingElse() {
    WorkerConfig config = DEFAULTS.onMachine("host-1", Path.of("toybox"), 8);

    assertThat(config.workerId()).isEqualTo("host-1");
    assertThat(config.engine())
        .isEqualTo(
            new WorkerConfig.Compute(
                Optional.of(Path.of("toybox")), ComputeDevice.CPU, OptionalInt.of(8)));
    WorkerConfig said = parse("id = left, engine { model = wan, threads = 2 }");
    assertThat(said.onMachine("host-1", Path.of("toybox"), 8)).isEqualTo(said);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "id = \"a b\"             | id: expected 1 to 64 of A-Z a-z 0-9 . _ -, found \"a b\"",
        "coordinator.addresses = \"a:0\" | coordinator.addresses: expected HOST:PORT, or several"
            + " with commas between them, found \"a:0\"",
        "coordinator.addresses = \"a:1,a:1\" | coordinator.addresses: expected HOST:PORT, or"
            + " several with commas between them, found \"a:1,a:1\"",
        "coordinator.keep-alive = 1ms | coordinator.keep-alive: expected 1s to 1h, found 1ms",
        "engine.device = tpu      | engine.device: expected cpu or cuda:N, perhaps with a precision"
            + " as in cpu:bf16, found \"tpu\"",
        "engine.threads = 0       | engine.threads: expected 1 to 1024, found 0",
        "link.reconnect-first = 2m" + " | link.reconnect-first: expected 1ms to 1m, found 2m",
        "link.reconnect-max = 1h  | link.reconnect-max: expected 1ms to 10m, found 1h",
        "link.reconnect-first = 40s"
            + " | link.reconnect-max: expected at least link.reconnect-first (40s), found 30s",
        "link.coalesce = 2s       | link.coalesce: expected 0s to 1s, found 2s",
        "link.leave-max = 2h      | link.leave-max: expected 0s to 1h, found 2h",
        "transfer.slab-wait = 0s  | transfer.slab-wait: expected 1s to 5m, found 0s",
        "transfer.slab-deadline = 1ms | transfer.slab-deadline: expected 1s to 6h, found 1ms",
        "transfer.checkpoint-deadline = 7h"
            + " | transfer.checkpoint-deadline: expected 1s to 6h, found 7h",
        "transfer.artifact-deadline = 0s"
            + " | transfer.artifact-deadline: expected 1s to 6h, found 0s",
        "memory.prompts = 1       | memory.prompts: expected 2 to 10000, found 1",
        "memory.references = 5 GiB | memory.references: expected 0 B to 4 GiB, found 5 GiB",
        "memory.results = 0       | memory.results: expected 1 to 1000, found 0",
        "metrics.port = 65536     | metrics.port: expected 0 to 65535, found 65536",
      })
  void parse_valueOutOfRange_namesTheKey(String text, String message) {
    assertThatThrownBy(() -> parse(text)).hasMessageContaining(message);
  }
}

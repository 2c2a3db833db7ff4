package dev.longtake.worker;

import dev.longtake.client.Addresses;
import dev.longtake.config.Configuration;
import dev.longtake.config.DataSize;
import dev.longtake.config.EmptyWord;
import dev.longtake.config.Form;
import dev.longtake.config.Ranges;
import dev.longtake.error.LongtakeException;
import dev.longtake.metrics.MetricsAddress;
import dev.longtake.security.TlsSettings;
import dev.longtake.trace.otlp.TraceTarget;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * How a worker is set up. {@code worker.conf} says what each value is for and its default; here are
 * their ranges.
 *
 * <p>Not here: what both sides of the wire must agree on, such as the largest message or slab, and
 * whatever decides a film's bytes beyond the checkpoint and the device, such as the size of tiles.
 *
 * @param id stays the same over restarts; empty until {@link #onMachine} has made one
 */
public record WorkerConfig(
    @EmptyWord("auto") Optional<String> id,
    Coordinator coordinator,
    TlsSettings tls,
    Compute engine,
    Link link,
    Transfer transfer,
    Memory memory,
    MetricsAddress metrics,
    Traces traces) {

  /** Reads it. */
  public static final Configuration<WorkerConfig> CONFIGURATION =
      Configuration.of(
          WorkerConfig.class,
          "worker.conf",
          new Form<>(
              ComputeDevice.class,
              "cpu or cuda:N, perhaps with a precision as in cpu:bf16",
              WorkerConfig::device),
          new Form<>(
              Addresses.class,
              "HOST:PORT, or several with commas between them",
              WorkerConfig::addresses),
          TraceTarget.FORM);

  private static final String ID = "[A-Za-z0-9._-]{1,64}";

  private static Optional<Addresses> addresses(String text) {
    try {
      return Optional.of(Addresses.parse(text));
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  private static Optional<ComputeDevice> device(String text) {
    try {
      return Optional.of(ComputeDevice.parse(text));
    } catch (LongtakeException e) {
      return Optional.empty();
    }
  }

  /** Where the coordinators listen. */
  public record Coordinator(Addresses addresses, Duration keepAlive) {
    public Coordinator {
      new Ranges()
          .between("keepAlive", keepAlive, Duration.ofSeconds(1), Duration.ofHours(1))
          .check();
    }
  }

  /**
   * What it computes with.
   *
   * @param model checkpoint in the diffusers layout
   * @param threads of the processor
   */
  public record Compute(
      @EmptyWord("auto") Optional<Path> model,
      ComputeDevice device,
      @EmptyWord("auto") OptionalInt threads) {
    public Compute {
      new Ranges().between("threads", threads, 1, 1024).check();
    }
  }

  /**
   * The pauses of the stream of orders and reports.
   *
   * @param leaveMax how long a worker that is stopped may take to end the step at hand
   */
  public record Link(
      Duration reconnectFirst, Duration reconnectMax, Duration coalesce, Duration leaveMax) {
    public Link {
      new Ranges()
          .between("reconnectFirst", reconnectFirst, Duration.ofMillis(1), Duration.ofMinutes(1))
          .between("reconnectMax", reconnectMax, Duration.ofMillis(1), Duration.ofMinutes(10))
          .atLeast("reconnectMax", reconnectMax, "link.reconnect-first", reconnectFirst)
          .between("coalesce", coalesce, Duration.ZERO, Duration.ofSeconds(1))
          .between("leaveMax", leaveMax, Duration.ZERO, Duration.ofHours(1))
          .check();
    }
  }

  /** How long calls may take. */
  public record Transfer(
      Duration slabWait,
      Duration slabDeadline,
      Duration checkpointDeadline,
      Duration artifactDeadline) {
    public Transfer {
      Duration min = Duration.ofSeconds(1);
      Duration max = Duration.ofHours(6);
      new Ranges()
          .between("slabWait", slabWait, min, Duration.ofMinutes(5))
          .between("slabDeadline", slabDeadline, min, max)
          .between("checkpointDeadline", checkpointDeadline, min, max)
          .between("artifactDeadline", artifactDeadline, min, max)
          .check();
    }
  }

  /** What is kept in memory besides the model and the work itself. */
  public record Memory(int prompts, DataSize references, int results) {
    public Memory {
      new Ranges()
          .between("prompts", prompts, 2, 10_000)
          .between("references", references, new DataSize(0), DataSize.mebibytes(4096))
          .between("results", results, 1, 1000)
          .check();
    }
  }

  /**
   * Where traces go; the coordinators say which stories are traced.
   *
   * @param endpoint empty for nowhere
   */
  public record Traces(@EmptyWord("off") Optional<TraceTarget> endpoint) {}

  public WorkerConfig {
    new Ranges()
        .that(
            "id",
            id.map(it -> it.matches(ID)).orElse(true),
            "1 to 64 of A-Z a-z 0-9 . _ -",
            "\"" + id.orElse("") + "\"")
        .check();
  }

  /** The same with what was left to this machine. */
  public WorkerConfig onMachine(String machineId, Path bundledModel, int processors) {
    return new WorkerConfig(
        Optional.of(id.orElse(machineId)),
        coordinator,
        tls,
        new Compute(
            Optional.of(engine.model().orElse(bundledModel)),
            engine.device(),
            OptionalInt.of(engine.threads().orElse(processors))),
        link,
        transfer,
        memory,
        metrics,
        traces);
  }

  /** Its name. */
  public String workerId() {
    return id.orElseThrow();
  }
}

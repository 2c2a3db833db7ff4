package dev.longtake.worker;

import dev.longtake.backoff.Backoff;
import dev.longtake.client.Channels;
import dev.longtake.client.Deadlines;
import dev.longtake.client.Pass;
import dev.longtake.error.ErrorCode;
import dev.longtake.error.LongtakeException;
import dev.longtake.lease.Order;
import dev.longtake.lifetime.Opened;
import dev.longtake.metrics.Metrics;
import dev.longtake.metrics.MetricsServer;
import dev.longtake.render.RenderLimits;
import dev.longtake.render.StepLoop;
import dev.longtake.render.WarmUp;
import dev.longtake.render.transfer.WorkTraces;
import dev.longtake.security.PeerRole;
import dev.longtake.tensor.cuda.DeviceLostError;
import dev.longtake.trace.Tracing;
import dev.longtake.trace.otlp.TraceTarget;
import dev.longtake.words.DurationText;
import dev.longtake.worker.link.CoordinatorLink;
import dev.longtake.worker.link.CoordinatorLink.Identity;
import dev.longtake.worker.link.CoordinatorStores;
import io.grpc.ManagedChannel;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One worker: an engine, the step loop on it, and the link to the coordinator.
 *
 * <p>Threads: the engine's (opens the model, then computes), the link's (statements and
 * heartbeats), virtual ones for what waits for the network. {@link #start} returns at once; the
 * model is opened meanwhile, and the link dials until the coordinator is there.
 *
 * <p>A failure of one order is reported and the worker goes on. An {@link Error} (out of memory, a
 * native library that cannot be linked) is reported of the order that was at work, as far as that
 * can still be done, and ends the process: its leases pass to other workers, and whoever started
 * this one starts it again.
 */
public final class Worker implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(Worker.class);
  private static final int EXIT_FATAL = 70;

  /** Why a worker has ended. */
  public enum Ending {
    /** {@link Worker#close} was called. */
    CLOSED,
    /** {@link Worker#drain} was called, and everything held is done or given back. */
    DRAINED,
    /** A newer process with the same worker id took its place while this one was silent. */
    SUPERSEDED,
    /** Another process with the same worker id is at work; this one came second. */
    REFUSED
  }

  private final WorkerConfig config;
  private final IntConsumer halt;
  private final Metrics metrics = new Metrics();
  private final WorkerProbes probes = new WorkerProbes();
  private final VirtualBackground background;
  private final WorkTraces traces;
  private final ManagedChannel channel;
  private final @Nullable MetricsServer metricsServer;
  private final CompletableFuture<Ending> ending = new CompletableFuture<>();
  private final AtomicReference<@Nullable StepLoop> loop = new AtomicReference<>();
  private final AtomicReference<@Nullable CoordinatorLink> link = new AtomicReference<>();
  private final Thread engineThread;

  /**
   * Whether an {@link Error} has ended the engine: whatever the link says then, that is the end.
   */
  private volatile boolean isFatal;

  private Worker(WorkerConfig config, Engine.Opener opener, IntConsumer halt) {
    this.config = config;
    this.halt = halt;
    try (Opened opened = new Opened()) {
      this.background = opened.add(new VirtualBackground());
      this.metricsServer = MetricsServer.start(metrics, probes, config.metrics()).orElse(null);
      if (metricsServer != null) {
        opened.add(metricsServer);
      }
      this.traces = opened.add(new WorkTraces(tracing(config), InstantSource.system()));
      this.channel =
          Channels.open(
              config.coordinator().addresses(),
              config.coordinator().keepAlive(),
              new Pass(
                  config.tls().open(PeerRole.WORKER, InstantSource.system()), Optional.empty()));
      this.engineThread =
          Thread.ofPlatform().name("longtake-engine").unstarted(() -> runEngine(opener));
      opened.keep(this);
    }
  }

  /**
   * Starts a worker; {@link #awaitTermination} says how it went.
   *
   * @param config with everything that was left to the machine filled in
   */
  public static Worker start(WorkerConfig config) {
    return start(config, Runtime.getRuntime()::halt);
  }

  /**
   * The same in a process that has something to say before it ends.
   *
   * @param halt ends the process with this status after an {@link Error}
   */
  public static Worker start(WorkerConfig config, IntConsumer halt) {
    return start(
        config,
        () ->
            VideoEngine.open(
                config.engine().model().orElseThrow(),
                config.engine().device(),
                config.engine().threads().orElseThrow()),
        halt);
  }

  static Worker start(WorkerConfig config, Engine.Opener opener, IntConsumer halt) {
    Worker worker = new Worker(config, opener, halt);
    worker.engineThread.start();
    return worker;
  }

  /** Where {@code /metrics}, {@code /live} and {@code /ready} are shown; -1 if nowhere. */
  public int metricsPort() {
    return metricsServer == null ? -1 : metricsServer.port();
  }

  /**
   * Leaves the farm: ends the step at hand, keeps the states of chunks where others can go on from
   * them, hands in what is done, gives the rest back, then ends; what takes longer than {@code
   * link.leave-max} is given back as it is. Returns at once.
   */
  public void drain() {
    @Nullable CoordinatorLink started = link.get();
    @Nullable StepLoop steps = loop.get();
    if (started == null || steps == null) {
      end(Ending.DRAINED);
      return;
    }
    log.info("worker={} leaves: it ends the step at hand first", config.workerId());
    probes.ends("it leaves the farm");
    steps.leave();
    started.drain();
    background.runAfter(config.link().leaveMax(), this::leaveAtLast);
  }

  private void leaveAtLast() {
    if (!ending.isDone()) {
      log.warn(
          "worker={} leaves what it could not end within {}",
          config.workerId(),
          DurationText.said(config.link().leaveMax()));
      end(Ending.DRAINED);
    }
  }

  /**
   * Waits until the worker has ended.
   *
   * @throws LongtakeException MODEL_INVALID or ENGINE_FAILED if the model could not be opened
   */
  public Ending awaitTermination() throws InterruptedException {
    try {
      Ending how = ending.get();
      engineThread.join();
      return how;
    } catch (ExecutionException e) {
      if (e.getCause() instanceof LongtakeException failure) {
        throw failure;
      }
      throw new LongtakeException(ErrorCode.INTERNAL, "worker: " + e.getCause(), e.getCause());
    }
  }

  /** Completes when the worker ends; exceptionally if the model could not be opened. */
  public CompletableFuture<Ending> termination() {
    return ending.copy();
  }

  /** Gives up what is held and ends; the coordinator leases it again. Waits for the engine. */
  @Override
  public void close() {
    end(Ending.CLOSED);
    try {
      engineThread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void end(Ending how) {
    if (!isFatal && ending.complete(how)) {
      log.info("worker ends worker={} how={}", config.workerId(), how);
    }
    release();
  }

  private void release() {
    @Nullable CoordinatorLink startedLink = link.get();
    if (startedLink != null) {
      startedLink.close();
    }
    @Nullable StepLoop startedLoop = loop.get();
    if (startedLoop != null) {
      startedLoop.close();
    }
  }

  private void runEngine(Engine.Opener opener) {
    try (Engine engine = opener.open()) {
      GpuMetrics.register(config.engine().device(), metrics);
      StepLoop steps = startLoop(engine);
      probes.opened();
      if (!ending.isDone()) {
        WarmUp.run(engine.model(), () -> steps.reports().isEmpty() && !ending.isDone());
        probes.denoised();
        steps.run();
      }
    } catch (LongtakeException e) { // its sentence says it all
      log.error(
          "worker failed worker={} code={} {}",
          config.workerId(),
          e.code().dotted(),
          e.getMessage());
      probes.failed(e.getMessage());
      ending.completeExceptionally(e);
    } catch (RuntimeException e) {
      log.error("worker failed worker={}", config.workerId(), e);
      probes.failed(e.toString());
      ending.completeExceptionally(e);
    } catch (Error e) {
      if (e instanceof DeviceLostError lost) { // its sentence says it all
        log.error("worker cannot go on worker={} {}", config.workerId(), lost.getMessage());
      } else {
        log.error("worker cannot go on worker={}", config.workerId(), e);
      }
      isFatal = true;
      sayWhy(e);
      halt.accept(EXIT_FATAL);
      ending.completeExceptionally(e);
    } finally {
      closeParts();
    }
  }

  /** Has the coordinator know which work it was, as far as this process is still able to. */
  private void sayWhy(Error fatal) {
    @Nullable CoordinatorLink started = link.get();
    @Nullable StepLoop steps = loop.get();
    if (started == null || steps == null) {
      return;
    }
    try {
      steps.giveUp(code(fatal), fatal.toString());
      started.drain();
      started.awaitEnd();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (RuntimeException | Error e) {
      log.error("worker={} could not say why it ends: {}", config.workerId(), e.toString());
    }
  }

  private static ErrorCode code(Error fatal) {
    return switch (fatal) {
      case OutOfMemoryError memory -> ErrorCode.OUT_OF_MEMORY;
      case DeviceLostError device -> ErrorCode.DEVICE_LOST;
      case Error other -> ErrorCode.ENGINE_FAILED;
    };
  }

  private void closeParts() {
    try (metricsServer;
        traces;
        Opened parts = new Opened()) {
      parts.add(() -> Channels.close(channel));
      parts.add(background);
      release();
      awaitLink();
    }
  }

  /** So that the coordinator hears that this worker has left, and need not find out. */
  private void awaitLink() {
    @Nullable CoordinatorLink started = link.get();
    if (started != null) {
      try {
        started.awaitEnd();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }

  /** Makes the loop and lets the link dial while the engine warms up. */
  private StepLoop startLoop(Engine engine) {
    StepLoop steps =
        new StepLoop(
            engine.model(),
            engine.engineClass(),
            new CoordinatorStores(channel, deadlines(config.transfer()), config.workerId()),
            background,
            System::nanoTime,
            metrics,
            traces,
            limits(config),
            this::reportsChanged);
    loop.set(steps);
    CoordinatorLink dialling =
        new CoordinatorLink(
            new CoordinatorLink.Line(channel, config.coordinator().addresses().toString()),
            new Identity(
                config.workerId(),
                UUID.randomUUID().toString(),
                engine.engineClass(),
                engine.model().card(),
                steps::draftMap),
            steps::reports,
            new Listener(steps),
            timing(config.link()));
    link.set(dialling);
    dialling.start();
    log.info(
        "worker ready worker={} engine={} model={}",
        config.workerId(),
        engine.engineClass(),
        engine.model().card().identity().name());
    return steps;
  }

  private static Tracing tracing(WorkerConfig config) {
    return TraceTarget.open(config.traces().endpoint(), "longtake-worker", config.workerId());
  }

  private static Deadlines deadlines(WorkerConfig.Transfer transfer) {
    return new Deadlines(
        transfer.slabDeadline(), transfer.checkpointDeadline(), transfer.artifactDeadline());
  }

  private static RenderLimits limits(WorkerConfig config) {
    return new RenderLimits(
        config.memory().prompts(),
        config.memory().references().bytes(),
        config.memory().results(),
        config.transfer().slabWait());
  }

  private static CoordinatorLink.Timing timing(WorkerConfig.Link link) {
    return new CoordinatorLink.Timing(
        new Backoff(link.reconnectFirst(), link.reconnectMax()), link.coalesce());
  }

  private void reportsChanged() {
    @Nullable CoordinatorLink started = link.get();
    if (started != null) {
      started.reportsChanged();
    }
  }

  private final class Listener implements CoordinatorLink.Listener {

    private final StepLoop steps;

    private Listener(StepLoop steps) {
      this.steps = steps;
    }

    @Override
    public void ordered(List<Order> orders) {
      steps.restate(orders);
    }

    @Override
    public void superseded() {
      end(Ending.SUPERSEDED);
    }

    @Override
    public void refused(String message) {
      log.error("worker={} refused: {}", config.workerId(), message);
      end(Ending.REFUSED);
    }

    @Override
    public void drained() {
      end(Ending.DRAINED);
    }
  }
}

package dev.longtake.render;

import dev.longtake.draft.DraftMap;
import dev.longtake.error.ErrorCode;
import dev.longtake.error.LongtakeException;
import dev.longtake.frames.FrameRun;
import dev.longtake.frames.FramesCodec;
import dev.longtake.latent.Latents;
import dev.longtake.latent.LatentsCodec;
import dev.longtake.lease.LeaseToken;
import dev.longtake.lease.LogLine.Level;
import dev.longtake.lease.Order;
import dev.longtake.lease.Report;
import dev.longtake.lease.Work;
import dev.longtake.lifetime.StillWanted;
import dev.longtake.metrics.Metrics;
import dev.longtake.plan.ShotInputs;
import dev.longtake.render.transfer.Background;
import dev.longtake.render.transfer.CheckpointDesk;
import dev.longtake.render.transfer.FarmStores;
import dev.longtake.render.transfer.Fetches;
import dev.longtake.render.transfer.ReportBook;
import dev.longtake.render.transfer.Signal;
import dev.longtake.render.transfer.SlabDesk;
import dev.longtake.render.transfer.Uploads;
import dev.longtake.render.transfer.WorkLog;
import dev.longtake.render.transfer.WorkTraces;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Does what is ordered: one thread that owns the engine and holds all resident chunks and segments.
 *
 * <p>{@link #advance} does one thing: it takes over new orders, publishes every velocity that is
 * ready and fuses every chunk whose neighbours' slabs have arrived (cheap), and then lets {@link
 * WorkPicker} choose the next velocity or decode (dear). A chunk that waits for a slab is passed
 * over, so the engine idles only when nothing at all can be done. Where a device computes by
 * itself, the next velocity is begun while the last one is under way, and only when none can be
 * begun is the device waited for. What waits for the network runs in the {@link Background}.
 *
 * <p>Memory is bounded by what is ordered: a chunk holds its latents, the solver's history and a
 * few slabs; a segment its shot's latents, shared; finished frames wait for their upload, and no
 * further segment is decoded while several do.
 *
 * <p>An order that is no longer listed is dropped at the next turn, and what the engine is at for
 * it ends after the layer at hand ({@link StillWanted}). A lease that was given anew goes on from
 * the checkpoint that its order names, or from noise, and finds in the store what its neighbours on
 * other workers published from that step on.
 *
 * <p>A worker that leaves ({@link #leave}) takes over nothing new, lets its chunks end the step at
 * hand, keeps their states, and waits for results on their way.
 */
public final class StepLoop implements AutoCloseable {

  /** A wait for a neighbour from which on it is said. */
  private static final Duration REMARKABLE_WAIT = Duration.ofSeconds(2);

  private final RenderModel model;
  private final String engineClass;
  private final LongSupplier nanoTime;
  private final Metrics metrics;
  private final WorkTraces traces;
  private final WorkPicker picker;
  private final ReportBook book;
  private final Signal signal = new Signal();
  private final AtomicReference<@Nullable List<Order>> restated = new AtomicReference<>();
  private final Conditions conditions;
  private final Fetches fetches;
  private final WorkLog lines;
  private final Uploads uploads;
  private final SlabDesk desk;
  private final CheckpointDesk checkpoints;
  private final Drafting drafting = new Drafting();
  private final Map<LeaseToken, ChunkJob> chunks = new LinkedHashMap<>();
  private final Map<LeaseToken, DecodeJob> decodes = new LinkedHashMap<>();
  private final AtomicBoolean isLeaving = new AtomicBoolean();
  private @Nullable Leave leave;

  /** What the engine's thread is at; null between two orders. */
  private volatile @Nullable LeaseToken atWork;

  /**
   * @param engineClass of the model's engine; another one's checkpoints are not gone on from
   * @param nanoTime a clock that only goes forward, in nanoseconds
   * @param traces closed by whoever made it
   * @param onReport called when {@link #reports} has changed, on any thread
   */
  public StepLoop(
      RenderModel model,
      String engineClass,
      FarmStores stores,
      Background background,
      LongSupplier nanoTime,
      Metrics metrics,
      WorkTraces traces,
      RenderLimits limits,
      Runnable onReport) {
    this(
        model,
        engineClass,
        stores,
        background,
        nanoTime,
        metrics,
        traces,
        limits,
        onReport,
        WorkPicker.byNeed());
  }

  StepLoop(
      RenderModel model,
      String engineClass,
      FarmStores stores,
      Background background,
      LongSupplier nanoTime,
      Metrics metrics,
      WorkTraces traces,
      RenderLimits limits,
      Runnable onReport,
      WorkPicker picker) {
    this.model = model;
    this.engineClass = engineClass;
    this.nanoTime = nanoTime;
    this.metrics = metrics;
    this.traces = traces;
    this.picker = picker;
    this.book = new ReportBook(traces, onReport);
    this.conditions = new Conditions(model, limits);
    this.fetches = new Fetches(stores, background, signal::raise);
    this.lines = new WorkLog(stores, background, InstantSource.system());
    this.uploads = new Uploads(stores, background, book, lines, limits.resultsMax(), signal::raise);
    this.desk = new SlabDesk(stores, background, limits.slabWait(), signal::raise);
    this.checkpoints =
        new CheckpointDesk(stores, background, metrics, lines, traces, signal::raise);
  }

  /** How the model's latents look, once that is known. Any thread. */
  public Optional<DraftMap> draftMap() {
    return drafting.map();
  }

  /** Says what this worker should hold from now on; the last call counts. Any thread. */
  public void restate(List<Order> orders) {
    List<Order> copy = List.copyOf(orders);
    book.restate(copy);
    restated.set(copy);
    signal.raise();
  }

  /** What this worker holds, ended orders included until they are no longer listed. Any thread. */
  public List<Report> reports() {
    return book.reports();
  }

  /**
   * Brings everything to where another worker can go on, or to its end: from then on, {@link
   * #reports} says only what has ended and was not heard yet. Any thread.
   */
  public void leave() {
    isLeaving.set(true);
    signal.raise();
  }

  /**
   * After an {@link Error} of {@link #run}: what was at work when it came has failed, and
   * everything else is handed back, so that nobody else's work is blamed. Any thread.
   */
  public void giveUp(ErrorCode code, String message) {
    @Nullable LeaseToken lease = atWork;
    if (lease != null) {
      lines.end(lease, Level.ERROR, "given up: %s: %s".formatted(code.dotted(), message));
      book.update(lease, new Report.Failed(code, message));
    }
    book.handBack();
    lines.sendLast();
  }

  /** Works until {@link #close} is called or the thread is interrupted. The engine's thread. */
  public void run() {
    try {
      while (!signal.isClosed()) {
        if (!advance()) {
          await();
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      drop(Set.of());
      conditions.close();
      lines.sendLast();
    }
  }

  /** Makes {@link #run} return after what the engine is doing right now. Any thread. */
  @Override
  public void close() {
    signal.close();
  }

  private void await() throws InterruptedException {
    boolean exchanging = false;
    for (ChunkJob chunk : chunks.values()) {
      exchanging |= chunk.isExchanging();
      book.update(chunk.lease(), chunk.report());
    }
    long start = nanoTime.getAsLong();
    signal.await();
    if (exchanging) {
      Duration waited = since(start);
      metrics.exchangeWaitSeconds.inc(seconds(waited));
      if (waited.compareTo(REMARKABLE_WAIT) >= 0) {
        chunks.values().stream()
            .filter(ChunkJob::isExchanging)
            .forEach(chunk -> lines.say(chunk.lease(), waited(chunk, waited)));
      }
    }
  }

  private static String waited(ChunkJob chunk, Duration waited) {
    return "step %d: waited %d s for a neighbour"
        .formatted(chunk.stepsDone() + 1, waited.toSeconds());
  }

  /**
   * Does the next thing, if there is one. The engine's thread.
   *
   * @return false if nothing can be done before something arrives
   * @throws Error if the process cannot go on
   */
  boolean advance() {
    signal.lower();
    uploads.throwFatal();
    @Nullable List<Order> orders = restated.getAndSet(null);
    if (orders != null) {
      takeOver(orders);
    }
    if (leave == null && isLeaving.get()) {
      leave = new Leave(chunks.values());
    }
    boolean any = publishComputed();
    any |= fuse();
    any |= compute();
    any = any || publishNext();
    if (!any && leave != null) {
      handBack(leave);
    }
    return any;
  }

  /** Hands everything back that goes no further here, once it is kept. */
  private void handBack(Leave leaving) {
    boolean isKept = !uploads.areAnyUnderWay();
    for (ChunkJob chunk : List.copyOf(chunks.values())) {
      isKept &= !leaving.goesOn(chunk) && guard(chunk.lease(), () -> chunk.keep(checkpoints));
    }
    if (isKept) {
      book.handBack();
    }
  }

  private boolean publishComputed() {
    boolean any = false;
    for (ChunkJob chunk : List.copyOf(chunks.values())) {
      if (chunk.isComputing()) {
        any |= guard(chunk.lease(), () -> chunk.isComputed() && publish(chunk));
      }
    }
    return any;
  }

  /** Waits for the velocity that was begun first. */
  private boolean publishNext() {
    for (ChunkJob chunk : chunks.values()) {
      if (chunk.isComputing()) {
        return guard(chunk.lease(), () -> publish(chunk));
      }
    }
    return false;
  }

  private boolean publish(ChunkJob chunk) {
    long start = nanoTime.getAsLong();
    chunk.publish(desk, this::resident);
    chunk.addStepTime(since(start));
    metrics.denoiseSteps.inc();
    metrics.denoiseStepSeconds.observe(seconds(chunk.stepTime()));
    return true;
  }

  private void takeOver(List<Order> orders) {
    drop(orders.stream().map(Order::lease).collect(Collectors.toSet()));
    for (Order order : orders) {
      if (!book.isRunning(order.lease())) {
        continue;
      }
      guard(
          order.lease(),
          () -> {
            switch (order.work()) {
              case Work.DenoiseChunk chunk -> takeOver(order.lease(), chunk);
              case Work.DecodeSegment segment -> takeOver(order.lease(), segment);
            }
            return true;
          });
    }
    forgetUnused();
  }

  private void takeOver(LeaseToken lease, Work.DenoiseChunk chunk) {
    @Nullable ChunkJob held = chunks.get(lease);
    if (held != null) {
      held.restate(chunk);
    } else if (leave == null && !uploads.isUnderWay(lease)) {
      checkModel(chunk.shot());
      lines.begin(
          lease,
          chunk.shot().address(),
          "begins at step %d of %d"
              .formatted(chunk.checkpoints().resumeStep(), chunk.shot().sampling().stepCount()));
      chunks.put(
          lease,
          new ChunkJob(
              lease,
              chunk,
              new ChunkJob.Maker(engineClass, model.card()),
              fetches.pictures(chunk.shot()),
              checkpoints,
              new StepClock(nanoTime)));
    }
  }

  private void takeOver(LeaseToken lease, Work.DecodeSegment segment) {
    if (leave == null && !decodes.containsKey(lease) && !uploads.isUnderWay(lease)) {
      checkModel(segment.shot());
      lines.begin(
          lease,
          segment.shot().address(),
          "begins to decode %d frames".formatted(segment.frameCount()));
      decodes.put(lease, new DecodeJob(lease, segment, fetches.latents(segment.latentsDigest())));
    }
  }

  private void checkModel(ShotInputs shot) {
    if (!shot.modelDigest().equals(model.card().identity().digest())) {
      throw new LongtakeException(
          ErrorCode.ENGINE_FAILED,
          "model: expected digest %s, this worker has %s"
              .formatted(shot.modelDigest(), model.card().identity().digest()));
    }
  }

  private void drop(Set<LeaseToken> kept) {
    chunks
        .values()
        .removeIf(
            chunk -> {
              boolean gone = !kept.contains(chunk.lease());
              if (gone) {
                lines.end(
                    chunk.lease(), Level.INFO, "let go after step %d".formatted(chunk.stepsDone()));
                chunk.cancel();
              }
              return gone;
            });
    decodes.keySet().removeIf(lease -> !kept.contains(lease));
  }

  /** Releases what was shared by work that is no longer here. */
  private void forgetUnused() {
    Set<ShotInputs> shots =
        chunks.values().stream().map(ChunkJob::shot).collect(Collectors.toSet());
    conditions.keepOnly(shots);
    desk.keepOnly(shots);
    fetches.keepOnly(
        shots,
        decodes.values().stream()
            .map(decode -> decode.segment().latentsDigest())
            .collect(Collectors.toSet()));
  }

  /** Takes every step whose slabs are here; says whether there was one. */
  private boolean fuse() {
    boolean any = false;
    for (ChunkJob chunk : List.copyOf(chunks.values())) {
      any |= guard(chunk.lease(), () -> fuse(chunk));
    }
    return any;
  }

  private boolean fuse(ChunkJob chunk) {
    if (!chunk.advance(desk, this::resident)) {
      return false;
    }
    traces.step(chunk.lease(), chunk.stepsDone());
    chunk.disagreement().ifPresent(metrics.boundaryDisagreement::observe);
    chunk.checkpoint(checkpoints, nanoTime.getAsLong());
    if (checkpoints.isInUse()) {
      drafting.find(model);
    }
    if (chunk.isFinished()) {
      lines.say(chunk.lease(), "all %d steps are done".formatted(chunk.stepsDone()));
      Latents latents = chunk.latents();
      chunks.remove(chunk.lease());
      chunk.close();
      uploads.start(
          chunk.lease(),
          new Uploads.Result(
              chunk.allSent(),
              () -> LatentsCodec.encode(latents),
              chunk.computeTime(),
              traces.begin(chunk.lease(), "upload")));
      forgetUnused();
    } else {
      book.update(chunk.lease(), chunk.report());
    }
    return true;
  }

  private @Nullable ChunkJob resident(ShotInputs shot, int index) {
    for (ChunkJob chunk : chunks.values()) {
      if (chunk.lease().index() == index && chunk.shot().equals(shot)) {
        return chunk;
      }
    }
    return null;
  }

  private boolean compute() {
    List<WorkPicker.Candidate> candidates = new ArrayList<>();
    List<Runnable> actions = new ArrayList<>();
    long coupled = chunks.values().stream().filter(ChunkJob::isCoupled).count();
    List<ShotInputs> shots = chunks.values().stream().map(ChunkJob::shot).distinct().toList();
    for (ChunkJob chunk : chunks.values()) {
      if (chunk.canStep() && (leave == null || leave.goesOn(chunk))) {
        candidates.add(
            new WorkPicker.Candidate.Step(
                shots.indexOf(chunk.shot()), chunk.stepsDone(), chunk.isCoupled()));
        actions.add(() -> guard(chunk.lease(), () -> step(chunk)));
      }
    }
    for (DecodeJob decode : decodes.values()) {
      if (leave == null && decode.isReady() && uploads.hasRoom()) {
        candidates.add(new WorkPicker.Candidate.Decode(decode.passedOver() >= coupled));
        actions.add(() -> guard(decode.lease(), () -> decode(decode)));
      }
    }
    if (candidates.isEmpty()) {
      return false;
    }
    actions.get(picker.pick(candidates)).run();
    return true;
  }

  private boolean step(ChunkJob chunk) {
    long begin = nanoTime.getAsLong();
    if (chunk.condition(conditions)) {
      chunk.addComputeTime(since(begin));
      metrics.conditioningSeconds.observe(seconds(since(begin)));
    }
    long start = nanoTime.getAsLong();
    if (!chunk.hasBegun()) {
      traces.sinceOrdered(chunk.lease(), "inputs");
    }
    chunk.step(conditions, desk, start);
    chunk.addStepTime(since(start));
    if (chunk.isComputed()) {
      publish(chunk);
    }
    if (chunk.isCoupled()) {
      decodes.values().forEach(DecodeJob::passOver);
    }
    return true;
  }

  private boolean decode(DecodeJob decode) {
    long start = nanoTime.getAsLong();
    traces.sinceOrdered(decode.lease(), "inputs");
    FrameRun frames;
    try (WorkTraces.Part _ = traces.begin(decode.lease(), "decode")) {
      frames = SegmentDecode.decode(model, decode.segment(), decode.latents());
    }
    Duration time = since(start);
    metrics.decodeFrameSeconds.observe(seconds(time) / frames.count());
    lines.say(decode.lease(), "%d frames are decoded".formatted(frames.count()));
    decodes.remove(decode.lease());
    uploads.start(
        decode.lease(),
        new Uploads.Result(
            CompletableFuture.allOf(),
            () -> FramesCodec.encode(frames),
            time,
            traces.begin(decode.lease(), "upload")));
    forgetUnused();
    return true;
  }

  private static double seconds(Duration time) {
    return time.toNanos() / 1e9;
  }

  private Duration since(long start) {
    return Duration.ofNanos(nanoTime.getAsLong() - start);
  }

  /** Runs a part of one order; if it fails the order is given up and the others go on. */
  private boolean guard(LeaseToken lease, BooleanSupplier part) {
    atWork = lease; // Stays so after an Error.
    try {
      boolean any = StillWanted.during(() -> book.isRunning(lease), part);
      atWork = null;
      return any;
    } catch (RuntimeException e) {
      atWork = null;
      @Nullable ChunkJob chunk = chunks.remove(lease);
      if (chunk != null) {
        chunk.cancel();
      }
      decodes.remove(lease);
      uploads.fail(lease, e);
      return true;
    }
  }
}

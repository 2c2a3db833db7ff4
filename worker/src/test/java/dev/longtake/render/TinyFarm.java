package dev.longtake.render;

import dev.longtake.digest.Digest;
import dev.longtake.error.ErrorCode;
import dev.longtake.error.LongtakeException;
import dev.longtake.latent.CheckpointKey;
import dev.longtake.latent.LatentStore;
import dev.longtake.latent.Latents;
import dev.longtake.latent.LatentsCodec;
import dev.longtake.latent.PutOutcome;
import dev.longtake.latent.SlabCodec;
import dev.longtake.latent.SlabKey;
import dev.longtake.lease.CheckpointPlan;
import dev.longtake.lease.LeaseToken;
import dev.longtake.lease.LogLine;
import dev.longtake.lease.Order;
import dev.longtake.lease.Report;
import dev.longtake.lease.Work.DenoiseChunk;
import dev.longtake.metrics.Metrics;
import dev.longtake.metrics.Quantiles;
import dev.longtake.plan.CheckpointPolicy;
import dev.longtake.plan.Chunk;
import dev.longtake.plan.ChunkPlan;
import dev.longtake.plan.ReferencePicture;
import dev.longtake.plan.Sampling;
import dev.longtake.plan.ShotInputs;
import dev.longtake.plan.Solver;
import dev.longtake.render.transfer.Background;
import dev.longtake.render.transfer.FarmStores;
import dev.longtake.render.transfer.WorkTraces;
import dev.longtake.testing.TestShot;
import dev.longtake.trace.Tracing;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.function.Predicate;
import javax.imageio.ImageIO;

/**
 * Several step loops over one latent store in one thread. A seed decides which loop does its next
 * thing, which of the things it could do, and which background task runs when: every interleaving
 * that threads and networks could give, and each of them again from its seed.
 */
final class TinyFarm implements FarmStores {

  /** What the workers say of their leases. */
  final List<LogLine> lines = new ArrayList<>();

  static final RenderLimits LIMITS = new RenderLimits(32, 1L << 27, 4, Duration.ofSeconds(20));

  static final byte[] PICTURE = picture();
  static final String ENGINE_CLASS = "test-f32-1";

  private final RenderModel model;
  private final LatentStore latents;
  private final SplittableRandom random;
  private int checkpointsPut;
  private final Map<Digest, byte[]> artifacts = new HashMap<>();
  private final List<Runnable> tasks = new ArrayList<>();
  private final List<StepLoop> workers = new ArrayList<>();
  private final List<List<Order>> orders = new ArrayList<>();
  private final Map<Integer, LeaseToken> leases = new HashMap<>();
  private final List<Metrics> metrics = new ArrayList<>();
  private final Map<Integer, Metrics> current = new HashMap<>();
  private final Set<CheckpointKey> kept = new HashSet<>();
  private final Map<CheckpointKey, Optional<byte[]>> replaced = new HashMap<>();
  private final Set<SlabKey> sent = new HashSet<>();
  private final Set<SlabKey> fetched = new HashSet<>();
  private boolean flipsBits;
  private int interval;

  TinyFarm(LatentStore latents, long seed, int workerCount) {
    this(new TinyModel(), latents, seed, workerCount);
  }

  TinyFarm(RenderModel model, LatentStore latents, long seed, int workerCount) {
    this.model = model;
    this.latents = latents;
    this.random = new SplittableRandom(seed);
    artifacts.put(Digest.of(PICTURE), PICTURE);
    for (int i = 0; i < workerCount; i++) {
      orders.add(List.of());
      workers.add(newWorker(i, ENGINE_CLASS));
    }
  }

  private StepLoop newWorker(int worker, String engineClass) {
    Metrics meters = new Metrics();
    metrics.add(meters);
    current.put(worker, meters);
    return new StepLoop(
        model,
        engineClass,
        this,
        new Background() {
          @Override
          public void run(Runnable task) {
            tasks.add(task);
          }

          @Override
          public void runAfter(Duration delay, Runnable task) {
            tasks.add(task);
          }
        },
        () -> 0L,
        meters,
        new WorkTraces(Tracing.OFF, InstantSource.system()),
        LIMITS,
        () -> {},
        candidates -> random.nextInt(candidates.size()));
  }

  /** A shot of the tiny model that all tests share. */
  static ShotInputs shot(String storyId, int latentFrameCount, Solver solver, boolean exchangeOff) {
    return shot(storyId, latentFrameCount, new Sampling(5, 3.0, 3.0, solver, 0), exchangeOff);
  }

  /** The same, whose first three steps draw new noise. */
  static ShotInputs renewedShot(String storyId, int latentFrameCount, Solver solver) {
    return shot(
        storyId,
        latentFrameCount,
        new Sampling(5, 3.0, 3.0, solver, 0.3, 0.8),
        /* exchangeOff= */ false);
  }

  private static ShotInputs shot(
      String storyId, int latentFrameCount, Sampling sampling, boolean exchangeOff) {
    return TestShot.of(new TinyModel().card())
        .story(storyId)
        .negativeText("blurred")
        .references(
            new ReferencePicture(Digest.of(PICTURE), ReferencePicture.Fit.CANVAS),
            new ReferencePicture(Digest.of(PICTURE), ReferencePicture.Fit.COVER))
        .seed(42)
        .latentFrameCount(latentFrameCount)
        .sampling(sampling)
        .exchangeOff(exchangeOff)
        .inputs();
  }

  private static byte[] picture() {
    BufferedImage image = new BufferedImage(20, 12, BufferedImage.TYPE_INT_RGB);
    for (int i = 0; i < 20 * 12; i++) {
      image.setRGB(i % 20, i / 20, 0x010305 * i);
    }
    ByteArrayOutputStream file = new ByteArrayOutputStream();
    try {
      ImageIO.write(image, "png", file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return file.toByteArray();
  }

  ChunkPlan plan(ShotInputs shot) {
    return ChunkPlan.of(shot.latentFrameCount(), model.card().chunkPolicy());
  }

  /** From now on every chunk keeps its state so often. */
  void keepEvery(int steps) {
    interval = steps;
  }

  /** Orders the shot's chunks from noise on. */
  void order(ShotInputs shot, int[] homes, int[] attempts) {
    order(shot, homes, attempts, new int[homes.length]);
  }

  /**
   * Orders the shot's chunks: chunk i on worker {@code homes[i]}, as attempt {@code attempts[i]},
   * which goes on from step {@code resumeSteps[i]}.
   */
  void order(ShotInputs shot, int[] homes, int[] attempts, int[] resumeSteps) {
    List<Chunk> chunks = plan(shot).chunks();
    List<List<Order>> fresh = new ArrayList<>();
    workers.forEach(worker -> fresh.add(new ArrayList<>()));
    for (Chunk chunk : chunks) {
      int i = chunk.index();
      LeaseToken lease =
          new LeaseToken(shot.address().storyId(), 0, LeaseToken.Kind.CHUNK, i, attempts[i]);
      leases.put(i, lease);
      fresh
          .get(homes[i])
          .add(
              new Order(
                  lease,
                  new DenoiseChunk(
                      shot,
                      chunk.firstLatentFrame(),
                      chunk.latentFrameCount(),
                      chunk.overlapLeft(),
                      chunk.overlapRight(),
                      i > 0 && homes[i - 1] != homes[i],
                      i + 1 < chunks.size() && homes[i + 1] != homes[i],
                      new CheckpointPlan(resumeSteps[i], CheckpointPolicy.every(interval)))));
    }
    for (int worker = 0; worker < workers.size(); worker++) {
      orders.set(worker, fresh.get(worker));
      workers.get(worker).restate(fresh.get(worker));
    }
  }

  /** A worker leaves: turns until it has handed back what it held. */
  void leave(int worker) {
    leave(worker, List::isEmpty);
  }

  /** The same for one that has something to hand in: turns until it says nothing else. */
  void leaveWithResults(int worker) {
    leave(
        worker,
        reports ->
            reports.stream().noneMatch(report -> report.progress() instanceof Report.Running));
  }

  private void leave(int worker, Predicate<List<Report>> isEnough) {
    workers.get(worker).leave();
    for (int turn = 0; turn < 2_000_000; turn++) {
      if (isEnough.test(workers.get(worker).reports())) {
        return;
      }
      turn();
    }
    throw new AssertionError("it does not leave: " + workers.get(worker).reports());
  }

  /** Replaces a worker by one that knows nothing. */
  void lose(int worker) {
    replace(worker, ENGINE_CLASS);
  }

  /** Replaces a worker by one of this engine class. */
  void replace(int worker, String engineClass) {
    workers.set(worker, newWorker(worker, engineClass));
  }

  /** The newest step whose checkpoint every one of these chunks has in the store; 0 for none. */
  int commonCheckpoint(ShotInputs shot, int... chunks) {
    for (int step = shot.sampling().stepCount() - 1; step > 0; step--) {
      int at = step;
      if (Arrays.stream(chunks).allMatch(chunk -> kept.contains(key(shot, chunk, at)))) {
        return step;
      }
    }
    return 0;
  }

  private static CheckpointKey key(ShotInputs shot, int chunk, int step) {
    return new CheckpointKey(shot.address().storyId(), shot.address().shotIndex(), chunk, step);
  }

  /** From now on the store gives this for a checkpoint. */
  void replaceCheckpoint(ShotInputs shot, int chunk, int step, Optional<byte[]> content) {
    replaced.put(key(shot, chunk, step), content);
  }

  byte[] checkpoint(ShotInputs shot, int chunk, int step) {
    return getCheckpoint(key(shot, chunk, step)).orElseThrow();
  }

  /** Runs what is still under way. */
  void settle() {
    while (!tasks.isEmpty()) {
      turn();
    }
  }

  /** Steps computed by the worker that is there now. */
  int stepsComputed(int worker) {
    return (int) current.get(worker).denoiseSteps.get();
  }

  /** Steps computed so far, by every worker that there was. */
  int stepsComputed() {
    return metrics.stream().mapToInt(it -> (int) it.denoiseSteps.get()).sum();
  }

  /** How often prompt and pictures of a shot were encoded. */
  long conditionings() {
    return metrics.stream().mapToLong(it -> Quantiles.of(it.conditioningSeconds).count()).sum();
  }

  /** How often a disagreement of neighbours was told. */
  long disagreements() {
    return metrics.stream().mapToLong(it -> Quantiles.of(it.boundaryDisagreement).count()).sum();
  }

  /** Steps that need not be repeated, as the workers count them. */
  int stepsSaved() {
    return metrics.stream().mapToInt(it -> (int) it.denoiseStepsSaved.get()).sum();
  }

  int checkpointsPut() {
    return checkpointsPut;
  }

  int checkpointsSkipped() {
    return metrics.stream().mapToInt(it -> (int) it.checkpointsSkipped.get()).sum();
  }

  /** Does one thing somewhere. */
  void turn() {
    if (!tasks.isEmpty() && random.nextBoolean()) {
      int task = random.nextInt(tasks.size());
      Runnable chosen = tasks.get(task);
      tasks.set(task, tasks.getLast());
      tasks.removeLast();
      chosen.run();
    } else {
      workers.get(random.nextInt(workers.size())).advance();
    }
  }

  /** What was last said about a chunk. */
  Report.Progress progress(int chunk) {
    return workers.stream()
        .flatMap(worker -> worker.reports().stream())
        .filter(report -> report.lease().equals(leases.get(chunk)))
        .map(Report::progress)
        .findFirst()
        .orElseThrow();
  }

  /** Turns until every chunk has ended. */
  void finish() {
    for (int turn = 0; turn < 2_000_000; turn++) {
      if (leases.keySet().stream().noneMatch(chunk -> progress(chunk) instanceof Report.Running)) {
        return;
      }
      turn();
    }
    throw new AssertionError(
        "nothing more happens: " + leases.keySet().stream().map(this::progress).toList());
  }

  /** Final latents of a chunk that is done. */
  Latents result(int chunk) {
    if (progress(chunk) instanceof Report.Done done) {
      return LatentsCodec.decode(artifacts.get(done.artifact()));
    }
    throw new AssertionError("chunk " + chunk + ": " + progress(chunk));
  }

  List<Latents> results(ShotInputs shot) {
    return plan(shot).chunks().stream().map(chunk -> result(chunk.index())).toList();
  }

  @Override
  public void putSlab(SlabKey key, byte[] payload) {
    if (flipsBits && sent.add(key)) {
      SlabCodec.check(flipped(payload));
    }
    if (latents.put(key, payload) == PutOutcome.DIFFERENT) {
      throw new LongtakeException(ErrorCode.DETERMINISM_VIOLATED, "slab " + key);
    }
  }

  @Override
  public Optional<byte[]> awaitSlab(SlabKey key, Duration wait) {
    Optional<byte[]> slab = latents.await(key, Duration.ZERO);
    return flipsBits && slab.isPresent() && fetched.add(key) ? slab.map(TinyFarm::flipped) : slab;
  }

  /**
   * From now on each slab has a bit flipped when it is first sent, and when it is first fetched.
   */
  void flipBits() {
    flipsBits = true;
  }

  private static byte[] flipped(byte[] bytes) {
    byte[] damaged = bytes.clone();
    damaged[damaged.length / 2] ^= 4;
    return damaged;
  }

  @Override
  public void putCheckpoint(LeaseToken lease, int stepIndex, byte[] content) {
    CheckpointKey key =
        new CheckpointKey(lease.storyId(), lease.shotIndex(), lease.index(), stepIndex);
    PutOutcome outcome = latents.putCheckpoint(key, content);
    if (outcome == PutOutcome.DIFFERENT) {
      throw new LongtakeException(ErrorCode.DETERMINISM_VIOLATED, "checkpoint " + key);
    }
    checkpointsPut++;
    kept.add(key);
  }

  @Override
  public Optional<byte[]> getCheckpoint(CheckpointKey key) {
    Optional<byte[]> other = replaced.get(key);
    return other == null ? latents.checkpoint(key) : other;
  }

  @Override
  public byte[] getArtifact(Digest digest) {
    return artifacts.get(digest);
  }

  @Override
  public void putLines(List<LogLine> said) {
    lines.addAll(said);
  }

  @Override
  public void putArtifact(Digest digest, byte[] content) {
    artifacts.put(digest, content);
  }
}

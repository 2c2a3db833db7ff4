package dev.longtake.render;

import dev.longtake.digest.Digest;
import dev.longtake.error.ErrorCode;
import dev.longtake.error.LongtakeException;
import dev.longtake.latent.LatentStore;
import dev.longtake.latent.Latents;
import dev.longtake.latent.LatentsCodec;
import dev.longtake.latent.PutOutcome;
import dev.longtake.latent.SlabKey;
import dev.longtake.lease.LeaseToken;
import dev.longtake.lease.Order;
import dev.longtake.lease.Report;
import dev.longtake.lease.Work.DenoiseChunk;
import dev.longtake.metrics.Metrics;
import dev.longtake.plan.Chunk;
import dev.longtake.plan.ChunkPlan;
import dev.longtake.plan.ReferencePicture;
import dev.longtake.plan.ShotInputs;
import dev.longtake.plan.Solver;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import javax.imageio.ImageIO;

/**
 * Several step loops over one latent store in one thread. A seed decides which loop does its next
 * thing, which of the things it could do, and which background task runs when: every interleaving
 * that threads and networks could give, and each of them again from its seed.
 */
final class TinyFarm implements FarmStores {

  static final byte[] PICTURE = picture();

  private final RenderModel model;
  private final LatentStore latents;
  private final SplittableRandom random;
  private final Map<Digest, byte[]> artifacts = new HashMap<>();
  private final List<Runnable> tasks = new ArrayList<>();
  private final List<StepLoop> workers = new ArrayList<>();
  private final List<List<Order>> orders = new ArrayList<>();
  private final Map<Integer, LeaseToken> leases = new HashMap<>();

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
      workers.add(newWorker());
    }
  }

  private StepLoop newWorker() {
    return new StepLoop(
        model,
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
        new Metrics(),
        () -> {},
        candidates -> random.nextInt(candidates.size()));
  }

  /** A shot of the tiny model that all tests share. */
  static ShotInputs shot(String storyId, int latentFrameCount, Solver solver, boolean exchangeOff) {
    return new ShotInputs(
        storyId,
        0,
        "shot",
        new TinyModel().card().digest(),
        "a red fox",
        "blurred",
        42L,
        TinyModel.SIZE,
        latentFrameCount,
        5,
        3.0,
        3.0,
        solver,
        exchangeOff,
        List.of(
            new ReferencePicture(Digest.of(PICTURE), ReferencePicture.Fit.CANVAS),
            new ReferencePicture(Digest.of(PICTURE), ReferencePicture.Fit.COVER)));
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

  /**
   * Orders the shot's chunks: chunk i on worker {@code homes[i]}, as attempt {@code attempts[i]}.
   */
  void order(ShotInputs shot, int[] homes, int[] attempts) {
    List<Chunk> chunks = plan(shot).chunks();
    List<List<Order>> fresh = new ArrayList<>();
    workers.forEach(worker -> fresh.add(new ArrayList<>()));
    for (Chunk chunk : chunks) {
      int i = chunk.index();
      LeaseToken lease = new LeaseToken(shot.storyId(), 0, LeaseToken.Kind.CHUNK, i, attempts[i]);
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
                      i + 1 < chunks.size() && homes[i + 1] != homes[i])));
    }
    for (int worker = 0; worker < workers.size(); worker++) {
      orders.set(worker, fresh.get(worker));
      workers.get(worker).restate(fresh.get(worker));
    }
  }

  /** Replaces a worker by one that knows nothing. */
  void lose(int worker) {
    workers.set(worker, newWorker());
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
    if (latents.put(key, payload) == PutOutcome.DIFFERENT) {
      throw new LongtakeException(ErrorCode.DETERMINISM_VIOLATED, "slab " + key);
    }
  }

  @Override
  public Optional<byte[]> awaitSlab(SlabKey key, Duration wait) {
    return latents.await(key, Duration.ZERO);
  }

  @Override
  public byte[] getArtifact(Digest digest) {
    return artifacts.get(digest);
  }

  @Override
  public void putArtifact(Digest digest, byte[] content) {
    artifacts.put(digest, content);
  }
}

package dev.longtake.coordinator.api;

import dev.longtake.client.ArtifactClient;
import dev.longtake.client.Channels;
import dev.longtake.client.LatentClient;
import dev.longtake.client.Retries;
import dev.longtake.digest.Digest;
import dev.longtake.error.ErrorCode;
import dev.longtake.error.LongtakeException;
import dev.longtake.frames.FrameRun;
import dev.longtake.frames.FramesCodec;
import dev.longtake.latent.Latents;
import dev.longtake.latent.LatentsCodec;
import dev.longtake.latent.Side;
import dev.longtake.latent.Slab;
import dev.longtake.latent.SlabCodec;
import dev.longtake.latent.SlabKey;
import dev.longtake.lease.LeaseToken;
import dev.longtake.lease.Order;
import dev.longtake.lease.OrderStatement;
import dev.longtake.lease.Report;
import dev.longtake.lease.Work;
import dev.longtake.lease.WorkerStatement;
import dev.longtake.plan.ShotInputs;
import dev.longtake.testing.TestStories;
import dev.longtake.wire.GrpcErrors;
import dev.longtake.wire.WorkWire;
import dev.longtake.wire.v1.SynchronizeRequest;
import dev.longtake.wire.v1.SynchronizeResponse;
import dev.longtake.wire.v1.WorkerServiceGrpc;
import io.grpc.ManagedChannel;
import io.grpc.stub.StreamObserver;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;

/**
 * A worker on the real protocol that renders at once: what it makes of a latent frame depends on
 * the shot's inputs alone, so neighbours agree. It exchanges one slab per remote boundary and step.
 */
public final class FakeWorker implements AutoCloseable {

  private final WorkerStatement card;
  private final ManagedChannel channel;
  private final ArtifactClient artifacts;
  private final LatentClient latents;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final ScheduledExecutorService heartbeat =
      Executors.newSingleThreadScheduledExecutor(Thread.ofPlatform().daemon().factory());
  private final Map<LeaseToken, Report.Progress> held = new LinkedHashMap<>();
  private final StreamObserver<SynchronizeRequest> stream;
  private final Predicate<Order> holdsBack;
  private final CountDownLatch released = new CountDownLatch(1);

  /** Every order, when it was first seen. */
  public final BlockingQueue<Order> orders = new LinkedBlockingQueue<>();

  /** Told when a newer boot of this worker has come. */
  public final CountDownLatch superseded = new CountDownLatch(1);

  /** Told when the stream has ended. */
  public final CountDownLatch ended = new CountDownLatch(1);

  /** What the stream ended with, if that was a failure. */
  public final CompletableFuture<LongtakeException> refusal = new CompletableFuture<>();

  private FakeWorker(
      ManagedChannel channel, String workerId, String bootId, Predicate<Order> holdsBack) {
    this.card =
        new WorkerStatement(
            workerId, bootId, TestStories.ENGINE_CLASS, TestStories.MODEL, List.of(), false, 1);
    this.holdsBack = holdsBack;
    this.channel = channel;
    this.artifacts = new ArtifactClient(channel, Retries.NONE);
    this.latents = new LatentClient(channel, Retries.NONE);
    this.stream = WorkerServiceGrpc.newStub(channel).synchronize(new Incoming());
    var _ = heartbeat.scheduleWithFixedDelay(this::say, 0, 1, TimeUnit.SECONDS);
  }

  public static FakeWorker start(int port, String workerId) {
    return start(port, workerId, "boot-1", order -> false);
  }

  /** One that comes with a certificate. */
  public static FakeWorker start(ManagedChannel channel, String workerId) {
    return start(channel, workerId, order -> false);
  }

  /** The same, which starts to render orders of some kind only when {@link #release} is called. */
  public static FakeWorker start(
      ManagedChannel channel, String workerId, Predicate<Order> holdsBack) {
    return new FakeWorker(channel, workerId, "boot-1", holdsBack);
  }

  /** One that starts to render orders of some kind only when {@link #release} is called. */
  public static FakeWorker start(
      int port, String workerId, String bootId, Predicate<Order> holdsBack) {
    return new FakeWorker(Channels.plaintext("127.0.0.1", port), workerId, bootId, holdsBack);
  }

  /** One that calls over this connection, which ends with it. */
  public static FakeWorker start(ManagedChannel channel, String workerId, String bootId) {
    return new FakeWorker(channel, workerId, bootId, order -> false);
  }

  /** Renders what was held back. */
  public void release() {
    released.countDown();
  }

  /** Says something about a lease, true or not. */
  public void say(LeaseToken lease, Report.Progress progress) {
    synchronized (this) {
      held.put(lease, progress);
    }
    say();
  }

  private synchronized void say() {
    List<Report> reports = new ArrayList<>();
    held.forEach((lease, progress) -> reports.add(new Report(lease, progress)));
    stream.onNext(
        WorkWire.toProto(
            new WorkerStatement(
                card.workerId(),
                card.bootId(),
                card.engineClass(),
                card.model(),
                reports,
                false,
                1)));
  }

  /** Says nothing any more, but keeps the connection: what a stopped process does. */
  public void freeze() {
    heartbeat.shutdownNow();
  }

  /** Ends the stream as a worker that leaves. */
  public void leave() {
    heartbeat.shutdownNow();
    stream.onCompleted();
  }

  /** Dies: the connection breaks, nothing is said. */
  public void kill() {
    heartbeat.shutdownNow();
    threads.shutdownNow();
    Channels.close(channel);
  }

  @Override
  public void close() {
    kill();
  }

  private final class Incoming implements StreamObserver<SynchronizeResponse> {

    @Override
    public void onNext(SynchronizeResponse message) {
      OrderStatement statement = WorkWire.fromProto(message);
      if (statement.superseded()) {
        superseded.countDown();
      }
      synchronized (FakeWorker.this) {
        held.keySet().retainAll(statement.orders().stream().map(Order::lease).toList());
        for (Order order : statement.orders()) {
          if (!held.containsKey(order.lease())) {
            held.put(order.lease(), new Report.Running(0, false));
            orders.add(order);
            threads.execute(() -> render(order));
          }
        }
      }
    }

    @Override
    public void onError(Throwable broken) {
      refusal.complete(GrpcErrors.fromThrowable(broken));
      ended.countDown();
    }

    @Override
    public void onCompleted() {
      ended.countDown();
    }
  }

  private void render(Order order) {
    Report.Progress progress;
    try {
      if (holdsBack.test(order)) {
        released.await();
      }
      byte[] content =
          switch (order.work()) {
            case Work.DenoiseChunk chunk -> denoise(order.lease(), chunk);
            case Work.DecodeSegment segment -> decode(segment);
          };
      Digest digest = artifacts.put(content);
      progress = new Report.Done(digest, content.length, Duration.ofMillis(1));
    } catch (InterruptedException e) {
      return;
    } catch (LongtakeException e) {
      if (threads.isShutdown()) {
        return;
      }
      progress = new Report.Failed(e.code(), e.getMessage());
    }
    synchronized (this) {
      held.replace(order.lease(), progress);
    }
    say();
  }

  private byte[] denoise(LeaseToken lease, Work.DenoiseChunk chunk) {
    ShotInputs shot = chunk.shot();
    for (int step = chunk.checkpoints().resumeStep(); step < shot.sampling().stepCount(); step++) {
      if (chunk.leftIsRemote()) {
        publish(lease, lease.index() - 1, Side.RIGHT, step, chunk.overlapLeft());
      }
      if (chunk.rightIsRemote()) {
        publish(lease, lease.index(), Side.LEFT, step, chunk.overlapRight());
      }
      if (chunk.leftIsRemote()) {
        await(lease, lease.index() - 1, Side.LEFT, step);
      }
      if (chunk.rightIsRemote()) {
        await(lease, lease.index(), Side.RIGHT, step);
      }
      synchronized (this) {
        held.replace(lease, new Report.Running(step + 1, false));
      }
      say();
    }
    int channels = TestStories.MODEL.geometry().channels();
    int side = TestStories.MODEL.geometry().spatialFactor();
    int height = shot.size().height() / side;
    int width = shot.size().width() / side;
    float[] values = new float[chunk.latentFrameCount() * channels * height * width];
    for (int i = 0; i < values.length; i++) {
      int frame = chunk.firstLatentFrame() + i / (channels * height * width);
      values[i] = frame + shot.seed() + i % (channels * height * width) / 1000f;
    }
    return LatentsCodec.encode(
        new Latents(chunk.latentFrameCount(), channels, height, width, values));
  }

  private void publish(LeaseToken lease, int boundary, Side side, int step, int overlap) {
    Slab slab = new Slab(overlap, 1, 1, 1, new float[overlap]);
    latents.putSlab(
        new SlabKey(lease.storyId(), lease.shotIndex(), boundary, side, step),
        SlabCodec.encode(slab));
  }

  private void await(LeaseToken lease, int boundary, Side side, int step) {
    SlabKey key = new SlabKey(lease.storyId(), lease.shotIndex(), boundary, side, step);
    while (latents.getSlab(key, Duration.ofSeconds(5)).isEmpty()) {
      if (threads.isShutdown()) {
        throw new LongtakeException(ErrorCode.UNAVAILABLE, "killed");
      }
    }
  }

  private byte[] decode(Work.DecodeSegment segment) {
    Latents whole = LatentsCodec.decode(artifacts.get(segment.latentsDigest()));
    int width = segment.shot().size().width();
    int height = segment.shot().size().height();
    byte[] rgb = new byte[segment.frameCount() * width * height * 3];
    for (int i = 0; i < rgb.length; i++) {
      int frame = i / (width * height * 3);
      rgb[i] = (byte) (whole.values()[0] * 10 + frame * 3 + segment.firstLatentFrame() * 12);
    }
    return FramesCodec.encode(new FrameRun(width, height, segment.frameCount(), rgb));
  }
}

package dev.longtake.worker;

import com.google.protobuf.ByteString;
import dev.longtake.lease.Order;
import dev.longtake.lease.OrderStatement;
import dev.longtake.lease.WorkerStatement;
import dev.longtake.wire.WorkWire;
import dev.longtake.wire.v1.SynchronizeRequest;
import dev.longtake.wire.v1.SynchronizeResponse;
import dev.longtake.wire.v1.WorkerServiceGrpc;
import io.grpc.Server;
import io.grpc.Status;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** The coordinator's end of Synchronize, on a real gRPC server; the test says what it answers. */
public final class FakeCoordinator extends WorkerServiceGrpc.WorkerServiceImplBase
    implements AutoCloseable {

  private static final Duration PATIENCE = Duration.ofSeconds(20);

  private final Server server;
  private final BlockingQueue<WorkerStatement> statements = new LinkedBlockingQueue<>();
  private final BlockingQueue<ByteString> draftMaps = new LinkedBlockingQueue<>();
  private final AtomicInteger streams = new AtomicInteger();
  private volatile List<Order> orders = List.of();
  private volatile @Nullable StreamObserver<SynchronizeResponse> responses;

  public FakeCoordinator(int port, FakeStores stores) throws IOException {
    server =
        NettyServerBuilder.forAddress(new InetSocketAddress(InetAddress.getLoopbackAddress(), port))
            .addService(this)
            .addService(stores.latentService())
            .addService(stores.artifactService())
            .executor(Executors.newVirtualThreadPerTaskExecutor())
            .build()
            .start();
  }

  public int port() {
    return server.getPort();
  }

  /** Streams opened so far. */
  public int streamCount() {
    return streams.get();
  }

  @Override
  public StreamObserver<SynchronizeRequest> synchronize(
      StreamObserver<SynchronizeResponse> answers) {
    streams.incrementAndGet();
    responses = answers;
    tell(answers, false);
    return new StreamObserver<>() {
      @Override
      public void onNext(SynchronizeRequest request) {
        draftMaps.add(request.getDraftMap());
        statements.add(WorkWire.fromProto(request));
      }

      @Override
      public void onError(Throwable failure) {}

      @Override
      public void onCompleted() {
        answers.onCompleted();
      }
    };
  }

  /** Orders this, now and on every later stream. */
  public void order(List<Order> wanted) {
    orders = List.copyOf(wanted);
    tell(open(), false);
  }

  /** Tells the worker that a newer process has its place. */
  public void supersede() {
    tell(open(), true);
  }

  /** Breaks the stream. */
  public void breakStream() {
    breakStream(Status.UNAVAILABLE.withDescription("broken by the test").asException());
  }

  /** Breaks the stream with this status. */
  public void breakStream(Exception status) {
    open().onError(status);
  }

  private StreamObserver<SynchronizeResponse> open() {
    StreamObserver<SynchronizeResponse> stream = responses;
    if (stream == null) {
      throw new IllegalStateException("no worker has connected");
    }
    return stream;
  }

  private void tell(StreamObserver<SynchronizeResponse> stream, boolean superseded) {
    synchronized (stream) {
      stream.onNext(
          WorkWire.toProto(new OrderStatement(orders, Duration.ofMillis(50), superseded)));
    }
  }

  /** The draft map of the next message, empty where it had none; waits for it. */
  public ByteString takeDraftMap() throws InterruptedException {
    return draftMaps.take();
  }

  /** Waits for a statement that is as wanted; forgets those before it. */
  public WorkerStatement await(Predicate<WorkerStatement> wanted) throws InterruptedException {
    long end = System.nanoTime() + PATIENCE.toNanos();
    while (true) {
      WorkerStatement statement =
          statements.poll(Math.max(0, end - System.nanoTime()), TimeUnit.NANOSECONDS);
      if (statement == null) {
        throw new AssertionError("the worker did not say so within " + PATIENCE);
      }
      if (wanted.test(statement)) {
        return statement;
      }
    }
  }

  /** Forgets what was said so far. */
  public void forget() {
    statements.clear();
  }

  @Override
  public void close() {
    server.shutdownNow();
    try {
      server.awaitTermination(5, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}

package dev.longtake.worker.link;

import com.google.protobuf.UnsafeByteOperations;
import dev.longtake.backoff.Backoff;
import dev.longtake.backoff.Chance;
import dev.longtake.draft.DraftMap;
import dev.longtake.draft.DraftMapCodec;
import dev.longtake.error.ErrorCode;
import dev.longtake.error.LongtakeException;
import dev.longtake.lease.Order;
import dev.longtake.lease.OrderStatement;
import dev.longtake.lease.Report;
import dev.longtake.lease.WorkerStatement;
import dev.longtake.plan.ModelCard;
import dev.longtake.wire.GrpcErrors;
import dev.longtake.wire.WorkWire;
import dev.longtake.wire.v1.SynchronizeRequest;
import dev.longtake.wire.v1.SynchronizeResponse;
import dev.longtake.wire.v1.WorkerServiceGrpc;
import io.grpc.ManagedChannel;
import io.grpc.stub.ClientCallStreamObserver;
import io.grpc.stub.ClientResponseObserver;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.DoubleSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps coordinator and worker agreed on what the worker holds: one Synchronize stream, on which
 * each side restates everything.
 *
 * <p>The worker restates when something has changed (changes of one moment together) and as a
 * heartbeat, on a thread of its own so that a busy engine never looks dead. A broken stream is
 * dialled again with pauses that double until one has lasted; a message of an earlier stream is
 * ignored. What is said of it decides {@link LinkNews}. Reports that have ended are in every
 * statement until the coordinator no longer lists their order, so none is lost.
 */
public final class CoordinatorLink implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(CoordinatorLink.class);

  /**
   * The other side.
   *
   * @param address as a person wrote it
   */
  public record Line(ManagedChannel channel, String address) {}

  /**
   * Who this worker is: the same in every statement.
   *
   * @param draftMap how the model's latents look, said once on each stream; empty until that is
   *     known
   */
  public record Identity(
      String workerId,
      String bootId,
      String engineClass,
      ModelCard model,
      Supplier<Optional<DraftMap>> draftMap) {}

  /** What the link tells the worker; called under its lock, must return soon. */
  public interface Listener {

    /** What the worker should hold from now on. */
    void ordered(List<Order> orders);

    /** A newer process with the same worker id has taken its place. The link has ended. */
    void superseded();

    /**
     * Another process with the same worker id is at work, and the coordinator keeps to it. The link
     * has ended.
     *
     * @param message the coordinator's sentence
     */
    void refused(String message);

    /** Draining was asked for and told, and nothing is held any more. The link ends. */
    void drained();
  }

  /**
   * The link's pauses.
   *
   * @param reconnect between attempts to connect
   * @param coalesce two statements are at least that far apart
   */
  public record Timing(Backoff reconnect, Duration coalesce) {}

  private static final DoubleSupplier CHANCE = Chance.ofProcess();
  private static final Duration HEARTBEAT_UNTIL_TOLD = Duration.ofSeconds(1);

  /** How long the coordinator is waited for when a link ends. */
  private static final Duration GOODBYE = Duration.ofSeconds(1);

  private final ManagedChannel channel;
  private final Identity identity;
  private final Supplier<List<Report>> reports;
  private final Listener listener;
  private final Timing timing;
  private final LinkNews linkNews;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition news = lock.newCondition();
  private final Thread thread;

  // All below: under the lock.
  private @Nullable Session current;
  private boolean changed;
  private boolean draining;
  private boolean closed;
  private Duration heartbeat = HEARTBEAT_UNTIL_TOLD;
  private int failedAttempts;

  /**
   * @param reports what the worker holds now; safe to call at any time
   */
  public CoordinatorLink(
      Line line,
      Identity identity,
      Supplier<List<Report>> reports,
      Listener listener,
      Timing timing) {
    this.channel = line.channel();
    this.identity = identity;
    this.reports = reports;
    this.listener = listener;
    this.timing = timing;
    this.linkNews = new LinkNews(line.address(), timing.reconnect().longest());
    this.thread = Thread.ofPlatform().daemon().name("longtake-link").unstarted(this::run);
  }

  public void start() {
    thread.start();
  }

  /** Says that the reports have changed. Any thread. */
  public void reportsChanged() {
    under(() -> changed = true);
  }

  /** Asks for nothing new; ends when {@code reports} gives nothing any more. Any thread. */
  public void drain() {
    under(
        () -> {
          draining = true;
          changed = true;
        });
  }

  /**
   * Ends the stream: the coordinator leases what is held to others. Returns at once. Any thread.
   */
  @Override
  public void close() {
    under(() -> closed = true);
  }

  /** Waits until it has ended and the coordinator knows, or does not answer. */
  public void awaitEnd() throws InterruptedException {
    thread.join(GOODBYE.multipliedBy(2));
  }

  private void under(Runnable change) {
    lock.lock();
    try {
      change.run();
      news.signalAll();
    } finally {
      lock.unlock();
    }
  }

  private void run() {
    try {
      for (long connection = 1; !isClosed(); connection++) {
        Session session = new Session(connection);
        under(() -> current = session);
        channel.resetConnectBackoff();
        WorkerServiceGrpc.newStub(channel).synchronize(session);
        speak(session);
        session.end();
        endIfLonely(session);
        if (isClosed()) {
          session.over.await(GOODBYE.toMillis(), TimeUnit.MILLISECONDS);
        }
        rest();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      under(() -> closed = true);
    }
  }

  /** Who leaves, and does not reach the coordinator, has nobody to hand anything back to. */
  private void endIfLonely(Session session) {
    under(
        () -> {
          if (draining && !closed && !session.isAnswered) {
            closed = true;
            listener.drained();
          }
        });
  }

  private boolean isClosed() {
    lock.lock();
    try {
      return closed;
    } finally {
      lock.unlock();
    }
  }

  /** Restates over one stream until it breaks. */
  private void speak(Session session) throws InterruptedException {
    while (!isClosed() && !session.ended) {
      boolean leaves = takeDraining();
      List<Report> held = reports.get();
      session.send(held, leaves);
      if (leaves && held.isEmpty()) {
        under(() -> closed = true);
        listener.drained();
        return;
      }
      await(timing.coalesce(), false);
      await(heartbeat(), true);
    }
  }

  private boolean takeDraining() {
    lock.lock();
    try {
      changed = false;
      return draining;
    } finally {
      lock.unlock();
    }
  }

  private Duration heartbeat() {
    lock.lock();
    try {
      return heartbeat;
    } finally {
      lock.unlock();
    }
  }

  private void rest() throws InterruptedException {
    Duration now;
    lock.lock();
    try {
      now = timing.reconnect().pause(failedAttempts, CHANCE.getAsDouble());
      failedAttempts++;
    } finally {
      lock.unlock();
    }
    await(now, false);
  }

  /** Waits until the time is up, the link is closed, or, if asked, there is something to say. */
  private void await(Duration time, boolean untilNews) throws InterruptedException {
    lock.lock();
    try {
      long left = time.toNanos();
      while (left > 0 && !closed && !(untilNews && hasNews())) {
        left = news.awaitNanos(left);
      }
    } finally {
      lock.unlock();
    }
  }

  private boolean hasNews() {
    Session session = current;
    return changed || session == null || session.ended;
  }

  private void lost(String reason) {
    long now = System.nanoTime();
    if (linkNews.isSteady(now)) {
      failedAttempts = 0;
    }
    linkNews.lost(reason, now).ifPresent(this::tell);
  }

  private void tell(String line) {
    log.info("worker={} {}", identity.workerId(), line);
  }

  /** One stream. */
  private final class Session
      implements ClientResponseObserver<SynchronizeRequest, SynchronizeResponse> {

    private volatile @Nullable ClientCallStreamObserver<SynchronizeRequest> requests;
    private final long connection;
    private volatile boolean ended;
    private volatile boolean isAnswered;
    private final CountDownLatch over = new CountDownLatch(1);

    /** By the thread that sends alone. */
    private boolean saidDraftMap;

    private Session(long connection) {
      this.connection = connection;
    }

    @Override
    public void beforeStart(ClientCallStreamObserver<SynchronizeRequest> stream) {
      requests = stream;
      stream.setOnReadyHandler(CoordinatorLink.this::reportsChanged);
    }

    /** Restates, unless the stream is still busy with what was said before. */
    void send(List<Report> held, boolean isDraining) {
      ClientCallStreamObserver<SynchronizeRequest> stream = requests;
      if (stream != null && !ended && stream.isReady()) {
        SynchronizeRequest statement =
            WorkWire.toProto(
                new WorkerStatement(
                    identity.workerId(),
                    identity.bootId(),
                    identity.engineClass(),
                    identity.model(),
                    held,
                    isDraining,
                    connection));
        Optional<DraftMap> news = saidDraftMap ? Optional.empty() : identity.draftMap().get();
        saidDraftMap |= news.isPresent();
        stream.onNext(news.map(map -> withDraftMap(statement, map)).orElse(statement));
      }
    }

    private static SynchronizeRequest withDraftMap(SynchronizeRequest statement, DraftMap map) {
      return statement.toBuilder()
          .setDraftMap(UnsafeByteOperations.unsafeWrap(DraftMapCodec.encode(map)))
          .build();
    }

    void end() {
      ClientCallStreamObserver<SynchronizeRequest> stream = requests;
      if (stream != null && !ended) {
        ended = true;
        stream.onCompleted();
      }
    }

    @Override
    public void onNext(SynchronizeResponse response) {
      OrderStatement statement;
      try {
        statement = WorkWire.fromProto(response);
      } catch (LongtakeException e) {
        under(() -> lost("orders not understood: " + e.getMessage()));
        over();
        return;
      }
      lock.lock();
      try {
        if (closed || ended || this != current) {
          return;
        }
        isAnswered = true;
        linkNews.made(System.nanoTime()).ifPresent(CoordinatorLink.this::tell);
        heartbeat = statement.heartbeatInterval();
        closed = statement.superseded();
        if (closed) {
          news.signalAll();
          listener.superseded();
        } else {
          listener.ordered(statement.orders());
        }
      } finally {
        lock.unlock();
      }
    }

    @Override
    public void onError(Throwable failure) {
      LongtakeException why = GrpcErrors.fromThrowable(failure);
      under(
          () -> {
            if (closed || ended) {
              return;
            }
            if (why.code() == ErrorCode.ALREADY_EXISTS) {
              closed = true;
              listener.refused(why.getMessage());
            } else {
              lost(why.getMessage());
            }
          });
      over();
    }

    @Override
    public void onCompleted() {
      under(
          () -> {
            if (!closed && !ended) {
              lost("it ended the stream");
            }
          });
      over();
    }

    private void over() {
      under(() -> ended = true);
      over.countDown();
    }
  }
}

package dev.longtake.render.transfer;

import dev.longtake.digest.Digest;
import dev.longtake.error.ErrorCode;
import dev.longtake.error.ErrorKind;
import dev.longtake.error.LongtakeException;
import dev.longtake.lease.LeaseToken;
import dev.longtake.lease.LogLine.Level;
import dev.longtake.lease.Report;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How orders end: their results go to the artifact store in the background, then the report says
 * done; or it says failed and with which code. Safe for any number of threads.
 */
public final class Uploads {

  private static final Logger log = LoggerFactory.getLogger(Uploads.class);

  /**
   * What an order came to.
   *
   * @param after what has to be done before the result counts
   * @param content gives the artifact's bytes; called once, in the background
   * @param computeTime spent in the model
   * @param part over with it
   */
  public record Result(
      CompletableFuture<Void> after,
      Supplier<byte[]> content,
      Duration computeTime,
      WorkTraces.Part part) {}

  private final FarmStores stores;
  private final Background background;
  private final ReportBook book;
  private final WorkLog lines;
  private final int waitingMax;
  private final Runnable wake;
  private final Set<LeaseToken> underWay = ConcurrentHashMap.newKeySet();
  private final AtomicReference<@Nullable Error> fatal = new AtomicReference<>();

  /**
   * None yet.
   *
   * @param lines where it is said how orders end
   * @param waitingMax results waiting beyond which no further segment is decoded
   */
  public Uploads(
      FarmStores stores,
      Background background,
      ReportBook book,
      WorkLog lines,
      int waitingMax,
      Runnable wake) {
    this.lines = lines;
    this.stores = stores;
    this.background = background;
    this.book = book;
    this.waitingMax = waitingMax;
    this.wake = wake;
  }

  public boolean isUnderWay(LeaseToken lease) {
    return underWay.contains(lease);
  }

  /** Whether any result is on its way. */
  public boolean areAnyUnderWay() {
    return !underWay.isEmpty();
  }

  /** Whether a further segment may be decoded. */
  public boolean hasRoom() {
    return underWay.size() < waitingMax;
  }

  /** Stores a result and reports it. */
  public void start(LeaseToken lease, Result result) {
    underWay.add(lease);
    CompletableFuture<Report.Done> _ =
        result
            .after()
            .thenCompose(_ -> encode(result))
            .thenCompose(bytes -> store(lease, bytes, result.computeTime()))
            .whenComplete(
                (done, failure) -> {
                  result.part().close();
                  if (failure == null) {
                    lines.end(lease, Level.INFO, "result handed in: " + said(done));
                    book.update(lease, done);
                  } else {
                    fail(lease, failure);
                  }
                  underWay.remove(lease); // Last, so that nobody starts the work again.
                  wake.run();
                });
  }

  private static String said(Report.Done done) {
    return "%d bytes, %d ms of computing"
        .formatted(done.sizeBytes(), done.computeTime().toMillis());
  }

  private CompletableFuture<byte[]> encode(Result result) {
    return Retry.until(background, wake, () -> Optional.of(result.content().get()));
  }

  private CompletableFuture<Report.Done> store(
      LeaseToken lease, byte[] bytes, Duration computeTime) {
    Digest digest = Digest.of(bytes);
    return Retry.until(
        background,
        wake,
        () -> {
          if (!book.isRunning(lease)) {
            throw new CancellationException("no longer ordered: " + lease);
          }
          stores.putArtifact(digest, bytes);
          return Optional.of(new Report.Done(digest, bytes.length, computeTime));
        });
  }

  /** Reports that an order was given up, and why. An {@link Error} ends the process instead. */
  public void fail(LeaseToken lease, Throwable failure) {
    Throwable cause =
        failure instanceof CompletionException && failure.getCause() != null
            ? failure.getCause()
            : failure;
    switch (cause) {
      case Error error -> fatal.compareAndSet(null, error);
      case LongtakeException e -> fail(lease, e.code(), e.getMessage(), e);
      default -> fail(lease, ErrorCode.INTERNAL, cause.toString(), cause);
    }
  }

  private void fail(LeaseToken lease, ErrorCode code, String message, Throwable cause) {
    if (book.isRunning(lease)) {
      lines.end(
          lease,
          code.kind() == ErrorKind.BUG ? Level.ERROR : Level.WARN,
          "given up: %s: %s".formatted(code.dotted(), message));
      if (code.kind() == ErrorKind.BUG) {
        log.error("work given up lease={} code={}", lease, code.dotted(), cause);
      } else {
        log.warn("work given up lease={} code={}: {}", lease, code.dotted(), message);
      }
      book.update(lease, new Report.Failed(code, message));
    }
  }

  /** Throws the error that a background task ran into, if one did. */
  public void throwFatal() {
    @Nullable Error error = fatal.get();
    if (error != null) {
      throw error;
    }
  }
}

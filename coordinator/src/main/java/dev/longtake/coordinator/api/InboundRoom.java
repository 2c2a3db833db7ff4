package dev.longtake.coordinator.api;

import dev.longtake.error.ErrorCode;
import dev.longtake.error.LongtakeException;
import dev.longtake.limit.WireLimits;
import dev.longtake.metrics.Metrics;
import dev.longtake.wire.GrpcErrors;
import io.grpc.Metadata;
import io.grpc.ServerStreamTracer;
import io.grpc.Status;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Room for large messages on their way in, of all calls together: each may be as large as the
 * largest checkpoint, and a few of these at once would be more than the heap. What is beyond the
 * first mebibyte of a message counts from when it has come until its call has ended, or has taken
 * all of it and asks for the next one. Small messages always find room.
 *
 * <p>The call whose bytes find none is ended with {@link ErrorCode#LIMIT_REACHED}, and its caller
 * comes again.
 */
public final class InboundRoom extends ServerStreamTracer.Factory {

  private static final long UNCOUNTED_BYTES = 1 << 20;

  private final long bytesMax;
  private final Metrics metrics;
  private final AtomicLong held = new AtomicLong();

  /**
   * Room for so many bytes, but at least for one message of any kind.
   *
   * @param bytesMax all calls together
   */
  public InboundRoom(long bytesMax, Metrics metrics) {
    this.bytesMax = Math.max(bytesMax, WireLimits.MESSAGE_BYTES_MAX);
    this.metrics = metrics;
  }

  /** Bytes that are held now. */
  long held() {
    return held.get();
  }

  @Override
  public ServerStreamTracer newServerStreamTracer(String method, Metadata headers) {
    return new Incoming(method);
  }

  /** What comes in on one call. What is overridden here is called by one thread after the other. */
  private final class Incoming extends ServerStreamTracer {

    private final String method;
    private long messageBytes;
    private long counted;
    private boolean isOver;

    private Incoming(String method) {
      this.method = method;
    }

    /** A message begins: what came before it has been taken. */
    @Override
    public synchronized void inboundMessage(int number) {
      release();
      messageBytes = 0;
    }

    /** So much more of the message has come. What is thrown here ends the call. */
    @Override
    public synchronized void inboundWireSize(long bytes) {
      long before = Math.max(0, messageBytes - UNCOUNTED_BYTES);
      messageBytes += bytes;
      long more = Math.max(0, messageBytes - UNCOUNTED_BYTES) - before;
      if (more == 0 || isOver) {
        return;
      }
      long all = held.addAndGet(more);
      counted += more;
      if (all > bytesMax) {
        metrics.countError(ErrorCode.LIMIT_REACHED);
        throw GrpcErrors.toStatus(
            new LongtakeException(
                ErrorCode.LIMIT_REACHED,
                "%s: expected at most %d bytes of large messages on their way in, found %d"
                    .formatted(method, bytesMax, all)));
      }
    }

    @Override
    public synchronized void streamClosed(Status status) {
      isOver = true;
      release();
    }

    private void release() {
      held.addAndGet(-counted);
      counted = 0;
    }
  }
}

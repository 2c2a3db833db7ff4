package dev.longtake.client;

import dev.longtake.lease.LogLine;
import dev.longtake.lease.LogPage;
import dev.longtake.lease.LogQuery;
import dev.longtake.wire.LogWire;
import dev.longtake.wire.v1.AppendLinesRequest;
import dev.longtake.wire.v1.ListLinesRequest;
import dev.longtake.wire.v1.LogServiceGrpc;
import io.grpc.Channel;
import io.grpc.ManagedChannel;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Log lines of stories, for workers who say them and people who read them. Thread-safe. */
public final class LogClient implements AutoCloseable {

  private static final Duration DEADLINE = Duration.ofSeconds(30);

  /** No worker waits long for that. */
  private static final Duration APPEND_DEADLINE = Duration.ofSeconds(5);

  private final Runnable onClose;
  private final LogServiceGrpc.LogServiceBlockingV2Stub stub;
  private final Retries retries;

  private LogClient(Channel channel, Retries retries, Runnable onClose) {
    this.stub = LogServiceGrpc.newBlockingV2Stub(channel);
    this.retries = retries;
    this.onClose = onClose;
  }

  /** One that uses a connection that somebody else closes. */
  public static LogClient on(Channel channel, Retries retries) {
    return new LogClient(channel, retries, () -> {});
  }

  /**
   * A client of a farm with these coordinators.
   *
   * @param pass what this program shows to be let in
   */
  public static LogClient connect(Addresses coordinators, Pass pass) {
    ManagedChannel channel = Channels.open(coordinators, pass);
    return new LogClient(channel, Retries.DEFAULT, () -> Channels.close(channel));
  }

  /**
   * Has lines kept; repeating it is safe.
   *
   * @param lines of a worker about its leases, at most {@link LogWire#APPENDED_MAX}
   */
  public void append(List<LogLine> lines) {
    AppendLinesRequest request = LogWire.toProto(lines);
    retries.call(() -> Calls.make(() -> within(APPEND_DEADLINE).appendLines(request)));
  }

  /**
   * Some of the lines that are kept.
   *
   * @throws dev.longtake.error.LongtakeException with {@code NOT_FOUND} if there is no such story
   */
  public LogPage lines(LogQuery query) {
    ListLinesRequest request = LogWire.toProto(query);
    return retries.call(
        () -> LogWire.fromProto(Calls.make(() -> within(DEADLINE).listLines(request))));
  }

  private LogServiceGrpc.LogServiceBlockingV2Stub within(Duration deadline) {
    return stub.withDeadlineAfter(deadline.toNanos(), TimeUnit.NANOSECONDS);
  }

  @Override
  public void close() {
    onClose.run();
  }
}

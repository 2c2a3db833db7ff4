package dev.longtake.loadtest.faults;

import dev.longtake.client.Channels;
import dev.longtake.digest.Digest;
import dev.longtake.lease.LeaseToken;
import dev.longtake.lease.OrderStatement;
import dev.longtake.lease.Report;
import dev.longtake.lease.WorkerStatement;
import dev.longtake.wire.WorkWire;
import dev.longtake.wire.v1.SynchronizeRequest;
import dev.longtake.wire.v1.SynchronizeResponse;
import dev.longtake.wire.v1.WorkerServiceGrpc;
import io.grpc.ManagedChannel;
import io.grpc.stub.StreamObserver;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * A worker that says of everything that it is given that it is done, naming files that are nowhere,
 * and reports work that it never had.
 */
final class GarbageWorker implements StreamObserver<SynchronizeResponse>, AutoCloseable {

  private static final LeaseToken NEVER_HAD =
      new LeaseToken("nobodys-story", 7, LeaseToken.Kind.CHUNK, 7, 7);

  private final ManagedChannel channel;
  private final JournalRows.Pin pin;
  private final String storyId;
  private final StreamObserver<SynchronizeRequest> requests;
  private boolean isOver;

  /** A worker for stories that are pinned so, of which this is one. */
  GarbageWorker(int port, JournalRows.Pin pin, String storyId) {
    this.channel = Channels.plaintext("127.0.0.1", port);
    this.pin = pin;
    this.storyId = storyId;
    this.requests = WorkerServiceGrpc.newStub(channel).synchronize(this);
  }

  /** Says that it is there. */
  void join() {
    say(List.of());
  }

  private synchronized void say(List<Report> reports) {
    if (!isOver) {
      requests.onNext(
          WorkWire.toProto(
              new WorkerStatement(
                  "garbage", "1", pin.engineClass(), pin.model(), reports, false, 1)));
    }
  }

  @Override
  public void onNext(SynchronizeResponse response) {
    OrderStatement orders = WorkWire.fromProto(response);
    List<Report> reports = new ArrayList<>();
    reports.add(garbage(NEVER_HAD));
    for (int attempt = 1; attempt <= 3; attempt++) {
      reports.add(garbage(new LeaseToken(storyId, 0, LeaseToken.Kind.CHUNK, 0, attempt)));
    }
    orders.orders().forEach(order -> reports.add(garbage(order.lease())));
    say(reports.stream().distinct().toList());
  }

  private static Report garbage(LeaseToken lease) {
    return new Report(
        lease, new Report.Done(Digest.ofText("garbage " + lease), 1, Duration.ofSeconds(1)));
  }

  @Override
  public synchronized void onError(Throwable failure) {
    isOver = true;
  }

  @Override
  public synchronized void onCompleted() {
    isOver = true;
  }

  @Override
  public void close() {
    channel.shutdownNow();
  }
}

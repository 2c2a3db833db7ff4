package dev.longtake.coordinator.api;

import dev.longtake.coordinator.artifacts.ArtifactStore;
import dev.longtake.coordinator.workers.WorkerLink;
import dev.longtake.coordinator.workers.WorkersActor;
import dev.longtake.digest.Digest;
import dev.longtake.error.ErrorCode;
import dev.longtake.error.LongtakeException;
import dev.longtake.lease.Order;
import dev.longtake.lease.OrderStatement;
import dev.longtake.lease.Report;
import dev.longtake.lease.WorkerStatement;
import dev.longtake.metrics.Metrics;
import dev.longtake.wire.StatementReader;
import dev.longtake.wire.WorkWire;
import dev.longtake.wire.v1.SynchronizeRequest;
import dev.longtake.wire.v1.SynchronizeResponse;
import dev.longtake.wire.v1.WorkerServiceGrpc;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.time.Duration;
import java.util.List;

/** The workers' side of the API. */
public final class WorkerEndpoint extends WorkerServiceGrpc.WorkerServiceImplBase {

  private final Farm farm;
  private final ArtifactStore artifacts;
  private final Duration heartbeatInterval;
  private final Metrics metrics;

  public WorkerEndpoint(
      Farm farm, ArtifactStore artifacts, Duration heartbeatInterval, Metrics metrics) {
    this.farm = farm;
    this.artifacts = artifacts;
    this.heartbeatInterval = heartbeatInterval;
    this.metrics = metrics;
  }

  @Override
  public StreamObserver<SynchronizeRequest> synchronize(
      StreamObserver<SynchronizeResponse> responses) {
    var stream = (ServerCallStreamObserver<SynchronizeResponse>) responses;
    return new Session(PeerAddress.ofCall(), new LatestSender<>(stream, () -> {}));
  }

  /** One worker's stream. */
  private final class Session implements StreamObserver<SynchronizeRequest>, WorkerLink {

    private final String peer;
    private final LatestSender<SynchronizeResponse> sender;
    private final StatementReader reader = new StatementReader();

    private Session(String peer, LatestSender<SynchronizeResponse> sender) {
      this.peer = peer;
      this.sender = sender;
    }

    @Override
    public void onNext(SynchronizeRequest message) {
      try {
        farm.workers().tell(new WorkersActor.Heard(this, checked(reader.read(message))));
      } catch (LongtakeException e) {
        metrics.countError(e.code());
        sender.fail(e);
        farm.workers().tell(new WorkersActor.Lost(this));
      }
    }

    @Override
    public void onError(Throwable broken) {
      farm.workers().tell(new WorkersActor.Lost(this));
    }

    @Override
    public void onCompleted() {
      farm.workers().tell(new WorkersActor.Left(this));
      sender.end();
    }

    @Override
    public String peer() {
      return peer;
    }

    @Override
    public void order(List<Order> orders) {
      sender.send(WorkWire.toProto(new OrderStatement(orders, heartbeatInterval, false)));
    }

    @Override
    public void supersede() {
      sender.sendLast(WorkWire.toProto(new OrderStatement(List.of(), heartbeatInterval, true)));
    }

    @Override
    public void close(LongtakeException reason) {
      sender.fail(reason);
    }
  }

  /** What is done without its artifact being there is not done. */
  private WorkerStatement checked(WorkerStatement statement) {
    if (statement.reports().stream().noneMatch(it -> it.progress() instanceof Report.Done)) {
      return statement;
    }
    return new WorkerStatement(
        statement.workerId(),
        statement.bootId(),
        statement.engineClass(),
        statement.model(),
        statement.reports().stream().map(this::checked).toList(),
        statement.draining(),
        statement.connection());
  }

  private Report checked(Report report) {
    return report.progress() instanceof Report.Done done && isMissing(done.artifact())
        ? new Report(
            report.lease(),
            new Report.Failed(
                ErrorCode.DATA_CORRUPT,
                "expected artifact %s to be stored before it is reported, found none"
                    .formatted(done.artifact())))
        : report;
  }

  /**
   * A store that does not answer is no reason to do the work again: the worker was told it is
   * there.
   */
  private boolean isMissing(Digest artifact) {
    try {
      return !artifacts.contains(artifact);
    } catch (LongtakeException e) {
      metrics.countError(e.code());
      return false;
    }
  }
}

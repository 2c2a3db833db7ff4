package dev.longtake.coordinator.api;

import dev.longtake.coordinator.access.Caller;
import dev.longtake.coordinator.audit.AuditLog;
import dev.longtake.coordinator.dispatch.view.FleetView;
import dev.longtake.error.ErrorCode;
import dev.longtake.error.LongtakeException;
import dev.longtake.lease.WorkerMark;
import dev.longtake.lease.WorkerStatus;
import dev.longtake.metrics.Metrics;
import dev.longtake.story.status.TenantScope;
import dev.longtake.wire.FleetWire;
import dev.longtake.wire.v1.DrainWorkerRequest;
import dev.longtake.wire.v1.DrainWorkerResponse;
import dev.longtake.wire.v1.FleetServiceGrpc;
import dev.longtake.wire.v1.ListTenantsRequest;
import dev.longtake.wire.v1.ListTenantsResponse;
import dev.longtake.wire.v1.ListWorkersRequest;
import dev.longtake.wire.v1.ListWorkersResponse;
import dev.longtake.wire.v1.QuarantineWorkerRequest;
import dev.longtake.wire.v1.QuarantineWorkerResponse;
import dev.longtake.wire.v1.ReleaseWorkerRequest;
import dev.longtake.wire.v1.ReleaseWorkerResponse;
import io.grpc.stub.StreamObserver;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;

/** The side of those who run the farm: its workers. */
public final class FleetEndpoint extends FleetServiceGrpc.FleetServiceImplBase {

  private static final int PAGE_SIZE = 200;
  private static final int PAGE_SIZE_MAX = 1000;

  private final Farm farm;
  private final AuditLog audit;
  private final InstantSource clock;
  private final Answers answers;

  /**
   * The service.
   *
   * @param audit where it is written who changed what
   */
  public FleetEndpoint(Farm farm, AuditLog audit, InstantSource clock, Metrics metrics) {
    this.farm = farm;
    this.audit = audit;
    this.clock = clock;
    this.answers = new Answers(metrics);
  }

  @Override
  public void listWorkers(
      ListWorkersRequest request, StreamObserver<ListWorkersResponse> responses) {
    answers.send(
        responses,
        () -> {
          int size = request.getPageSize() == 0 ? PAGE_SIZE : request.getPageSize();
          if (size < 0 || size > PAGE_SIZE_MAX) {
            throw new LongtakeException(
                ErrorCode.REQUEST_INVALID,
                "page_size: expected 0 to %d, found %d".formatted(PAGE_SIZE_MAX, size));
          }
          List<WorkerStatus> after =
              new ArrayList<>(workers().tailMap(request.getPageToken(), false).values());
          boolean isMore = after.size() > size;
          List<WorkerStatus> page = isMore ? after.subList(0, size) : after;
          return ListWorkersResponse.newBuilder()
              .addAllWorkers(page.stream().map(FleetWire::toProto).toList())
              .setNextPageToken(isMore ? page.getLast().workerId() : "")
              .build();
        });
  }

  @Override
  public void listTenants(
      ListTenantsRequest request, StreamObserver<ListTenantsResponse> responses) {
    answers.send(
        responses,
        () ->
            ListTenantsResponse.newBuilder()
                .addAllTenants(
                    farm.fleet(Caller.ofCall().scope()).tenants().stream()
                        .map(FleetWire::toProto)
                        .toList())
                .build());
  }

  /** By id; a page token is the id of the last one. */
  private NavigableMap<String, WorkerStatus> workers() {
    NavigableMap<String, WorkerStatus> workers = new TreeMap<>();
    TenantScope scope = Caller.ofCall().scope();
    FleetView fleet = farm.fleet(scope);
    fleet.missing().forEach(worker -> workers.put(worker.key().workerId(), status(worker)));
    fleet.workers().forEach(worker -> workers.put(worker.key().workerId(), status(worker)));
    for (WorkerMark each : farm.marks().all()) {
      WorkerMark mark = each.shownTo(scope);
      workers.merge(
          mark.workerId(), WorkerStatus.absent(mark), (there, absent) -> there.marked(mark));
    }
    return workers;
  }

  private static WorkerStatus status(FleetView.Worker worker) {
    return new WorkerStatus(
        worker.key().workerId(),
        Optional.of(
            new WorkerStatus.Connection(
                worker.key().bootId(),
                worker.engineClass(),
                worker.model(),
                worker.node(),
                worker.scope())),
        worker.draining(),
        worker.holds(),
        Optional.empty());
  }

  private static WorkerStatus status(FleetView.Missing worker) {
    return new WorkerStatus(
        worker.key().workerId(), Optional.empty(), false, worker.holds(), Optional.empty());
  }

  @Override
  public void drainWorker(
      DrainWorkerRequest request, StreamObserver<DrainWorkerResponse> responses) {
    answers.send(
        responses,
        () -> {
          WorkerMark mark =
              hold(
                  "drain",
                  request.getWorkerId(),
                  WorkerMark.Kind.DRAINED,
                  request.getReason(),
                  Optional.empty());
          return DrainWorkerResponse.newBuilder().setMark(FleetWire.toProto(mark)).build();
        });
  }

  @Override
  public void quarantineWorker(
      QuarantineWorkerRequest request, StreamObserver<QuarantineWorkerResponse> responses) {
    answers.send(
        responses,
        () -> {
          WorkerMark mark =
              hold(
                  "quarantine",
                  request.getWorkerId(),
                  WorkerMark.Kind.QUARANTINED,
                  request.getReason(),
                  request.hasDuration() ? Optional.of(request.getDuration()) : Optional.empty());
          return QuarantineWorkerResponse.newBuilder().setMark(FleetWire.toProto(mark)).build();
        });
  }

  private WorkerMark hold(
      String action,
      String workerId,
      WorkerMark.Kind kind,
      String reason,
      Optional<com.google.protobuf.Duration> length) {
    WorkerMark mark = FleetWire.asked(workerId, kind, reason, clock.instant(), length);
    return audit.carryOut(
        new AuditLog.Act(PeerAddress.withCaller(), action, workerId, reason),
        () -> farm.hold(mark));
  }

  @Override
  public void releaseWorker(
      ReleaseWorkerRequest request, StreamObserver<ReleaseWorkerResponse> responses) {
    answers.send(
        responses,
        () -> {
          var act =
              new AuditLog.Act(
                  PeerAddress.withCaller(),
                  "release",
                  Answers.shortened(request.getWorkerId()),
                  Answers.shortened(request.getReason()));
          WorkerMark mark = audit.carryOut(act, () -> farm.release(request.getWorkerId()));
          return ReleaseWorkerResponse.newBuilder().setMark(FleetWire.toProto(mark)).build();
        });
  }
}

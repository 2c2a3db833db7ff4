package dev.longtake.client;

import dev.longtake.lease.WorkerMark;
import dev.longtake.lease.WorkerStatus;
import dev.longtake.story.status.TenantStatus;
import dev.longtake.wire.FleetWire;
import dev.longtake.wire.TimeWire;
import dev.longtake.wire.v1.DrainWorkerRequest;
import dev.longtake.wire.v1.FleetServiceGrpc;
import dev.longtake.wire.v1.ListTenantsRequest;
import dev.longtake.wire.v1.ListWorkersRequest;
import dev.longtake.wire.v1.ListWorkersResponse;
import dev.longtake.wire.v1.QuarantineWorkerRequest;
import dev.longtake.wire.v1.ReleaseWorkerRequest;
import io.grpc.ManagedChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** A farm's workers, for those who run it. Safe for any number of threads. */
public final class FleetClient implements AutoCloseable {

  private static final Duration DEADLINE = Duration.ofSeconds(30);
  private static final int PAGE_SIZE = 1000;

  private final ManagedChannel channel;
  private final FleetServiceGrpc.FleetServiceBlockingV2Stub stub;

  private FleetClient(ManagedChannel channel) {
    this.channel = channel;
    this.stub = FleetServiceGrpc.newBlockingV2Stub(channel);
  }

  /**
   * A client of a farm with these coordinators.
   *
   * @param pass what this program shows to be let in
   */
  public static FleetClient connect(Addresses coordinators, Pass pass) {
    return new FleetClient(Channels.open(coordinators, pass));
  }

  /** All workers by id: those that are there, and those that something is held against. */
  public List<WorkerStatus> workers() {
    List<WorkerStatus> workers = new ArrayList<>();
    String token = "";
    do {
      ListWorkersRequest request =
          ListWorkersRequest.newBuilder().setPageSize(PAGE_SIZE).setPageToken(token).build();
      ListWorkersResponse page =
          Retries.SHORT.call(() -> Calls.make(() -> stub().listWorkers(request)));
      page.getWorkersList().forEach(worker -> workers.add(FleetWire.fromProto(worker)));
      token = page.getNextPageToken();
    } while (!token.isEmpty());
    return List.copyOf(workers);
  }

  /** The tenants that the caller has to do with, by name, and what they have of the workers. */
  public List<TenantStatus> tenants() {
    var request = ListTenantsRequest.getDefaultInstance();
    return Retries.SHORT
        .call(() -> Calls.make(() -> stub().listTenants(request)))
        .getTenantsList()
        .stream()
        .map(FleetWire::fromProto)
        .toList();
  }

  /** Has a worker finish what it holds and get nothing new, until it is released. */
  public WorkerMark drain(String workerId, String reason) {
    DrainWorkerRequest request =
        DrainWorkerRequest.newBuilder().setWorkerId(workerId).setReason(reason).build();
    return Retries.SHORT.call(
        () -> FleetWire.fromProto(Calls.make(() -> stub().drainWorker(request)).getMark()));
  }

  /**
   * Gives what a worker holds to others, and it nothing new.
   *
   * @param length how long; empty until it is released
   */
  public WorkerMark quarantine(String workerId, String reason, Optional<Duration> length) {
    QuarantineWorkerRequest.Builder request =
        QuarantineWorkerRequest.newBuilder().setWorkerId(workerId).setReason(reason);
    length.ifPresent(it -> request.setDuration(TimeWire.toProto(it)));
    QuarantineWorkerRequest message = request.build();
    return Retries.SHORT.call(
        () -> FleetWire.fromProto(Calls.make(() -> stub().quarantineWorker(message)).getMark()));
  }

  /**
   * Gives a worker work again.
   *
   * @return what was held against it
   * @throws dev.longtake.error.LongtakeException with {@code NOT_FOUND} if nothing was
   */
  public WorkerMark release(String workerId, String reason) {
    ReleaseWorkerRequest request =
        ReleaseWorkerRequest.newBuilder().setWorkerId(workerId).setReason(reason).build();
    return FleetWire.fromProto(Calls.make(() -> stub().releaseWorker(request)).getMark());
  }

  private FleetServiceGrpc.FleetServiceBlockingV2Stub stub() {
    return stub.withDeadlineAfter(DEADLINE.toNanos(), TimeUnit.NANOSECONDS);
  }

  @Override
  public void close() {
    Channels.close(channel);
  }
}

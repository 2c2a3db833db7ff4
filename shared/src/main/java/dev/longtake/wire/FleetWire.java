package dev.longtake.wire;

import dev.longtake.error.LongtakeException;
import dev.longtake.lease.LeaseToken;
import dev.longtake.lease.WorkerMark;
import dev.longtake.lease.WorkerStatus;
import dev.longtake.story.status.TenantScope;
import dev.longtake.story.status.TenantStatus;
import dev.longtake.wire.v1.WorkerConnection;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/** A farm's workers, both ways. */
public final class FleetWire {

  private static final int HOLDS_MAX = 100_000;
  private static final Duration LONGEST = Duration.ofDays(366);

  private FleetWire() {}

  /** The message of a worker. */
  public static dev.longtake.wire.v1.WorkerStatus toProto(WorkerStatus worker) {
    var message =
        dev.longtake.wire.v1.WorkerStatus.newBuilder()
            .setWorkerId(worker.workerId())
            .setDraining(worker.draining());
    worker.connection().ifPresent(connection -> message.setConnection(toProto(connection)));
    worker.holds().forEach(lease -> message.addHolds(WorkWire.toProto(lease)));
    worker.mark().ifPresent(mark -> message.setMark(toProto(mark)));
    return message.build();
  }

  /** The message of a tenant. */
  public static dev.longtake.wire.v1.TenantStatus toProto(TenantStatus tenant) {
    var message =
        dev.longtake.wire.v1.TenantStatus.newBuilder()
            .setTenant(tenant.tenant())
            .setWeight(tenant.weight())
            .setWorkers(tenant.workers())
            .setShare(tenant.share())
            .setChunksRunning(tenant.chunksRunning())
            .setChunksWaiting(tenant.chunksWaiting())
            .setUsedToday(TimeWire.toProto(tenant.today().used()));
    tenant.today().max().ifPresent(max -> message.setUsedADayMax(TimeWire.toProto(max)));
    tenant.chunksMax().ifPresent(message::setChunksMax);
    return message.build();
  }

  /** The tenant of a message. */
  public static TenantStatus fromProto(dev.longtake.wire.v1.TenantStatus message) {
    Field at = new Field("tenant");
    var today =
        new TenantStatus.Today(
            TimeWire.duration(at.at("used_today"), message.getUsedToday()),
            message.hasUsedADayMax()
                ? Optional.of(TimeWire.duration(at.at("used_a_day_max"), message.getUsedADayMax()))
                : Optional.empty());
    return at.make(
        () ->
            new TenantStatus(
                message.getTenant(),
                message.getWeight(),
                message.hasChunksMax()
                    ? OptionalInt.of(message.getChunksMax())
                    : OptionalInt.empty(),
                message.getWorkers(),
                message.getShare(),
                message.getChunksRunning(),
                message.getChunksWaiting(),
                today));
  }

  private static WorkerConnection toProto(WorkerStatus.Connection connection) {
    return WorkerConnection.newBuilder()
        .setBootId(connection.bootId())
        .setEngineClass(connection.engineClass())
        .setModel(connection.model())
        .setCoordinator(connection.coordinator())
        .setTenant(connection.scope().only().orElse(""))
        .build();
  }

  /** The message of what is held against a worker. */
  public static dev.longtake.wire.v1.WorkerMark toProto(WorkerMark mark) {
    var message =
        dev.longtake.wire.v1.WorkerMark.newBuilder()
            .setWorkerId(mark.workerId())
            .setKind(
                switch (mark.kind()) {
                  case DRAINED -> dev.longtake.wire.v1.WorkerMark.Kind.KIND_DRAINED;
                  case QUARANTINED -> dev.longtake.wire.v1.WorkerMark.Kind.KIND_QUARANTINED;
                })
            .setReason(mark.reason())
            .setSince(TimeWire.toProto(mark.since()))
            .setTimes(mark.times());
    mark.until().ifPresent(until -> message.setUntil(TimeWire.toProto(until)));
    return message.build();
  }

  /**
   * The mark that a request asks for.
   *
   * @param since from when on
   * @throws LongtakeException with {@code REQUEST_INVALID} and the field's name
   */
  public static WorkerMark asked(
      String workerId,
      WorkerMark.Kind kind,
      String reason,
      Instant since,
      Optional<com.google.protobuf.Duration> length) {
    Field at = new Field("");
    Optional<Duration> lasts = length.map(message -> TimeWire.duration(at.at("duration"), message));
    if (lasts.filter(it -> !it.isPositive() || it.compareTo(LONGEST) > 0).isPresent()) {
      throw at.at("duration")
          .invalid("expected more than 0 s and at most 366 days, found " + lasts.orElseThrow());
    }
    return at.at("mark")
        .make(() -> new WorkerMark(workerId, kind, reason, since, lasts.map(since::plus), 1));
  }

  /**
   * The worker of a message.
   *
   * @throws LongtakeException with {@code REQUEST_INVALID} and the field's name
   */
  public static WorkerStatus fromProto(dev.longtake.wire.v1.WorkerStatus message) {
    Field at = new Field("worker");
    List<LeaseToken> holds =
        at.at("holds").list(message.getHoldsList(), HOLDS_MAX, WorkWire::lease);
    Optional<WorkerMark> mark =
        message.hasMark() ? Optional.of(mark(at.at("mark"), message.getMark())) : Optional.empty();
    WorkerConnection connection = message.getConnection();
    return at.make(
        () ->
            new WorkerStatus(
                message.getWorkerId(),
                message.hasConnection()
                    ? Optional.of(
                        new WorkerStatus.Connection(
                            connection.getBootId(),
                            connection.getEngineClass(),
                            connection.getModel(),
                            connection.getCoordinator(),
                            scope(connection.getTenant())))
                    : Optional.empty(),
                message.getDraining(),
                holds,
                mark));
  }

  private static TenantScope scope(String tenant) {
    return tenant.isEmpty() ? TenantScope.ALL : new TenantScope(TenantScope.requireTenant(tenant));
  }

  /**
   * What is held against a worker, of a message.
   *
   * @throws LongtakeException with {@code REQUEST_INVALID} and the field's name
   */
  public static WorkerMark fromProto(dev.longtake.wire.v1.WorkerMark message) {
    return mark(new Field("mark"), message);
  }

  private static WorkerMark mark(Field at, dev.longtake.wire.v1.WorkerMark message) {
    WorkerMark.Kind kind =
        switch (message.getKind()) {
          case KIND_DRAINED -> WorkerMark.Kind.DRAINED;
          case KIND_QUARANTINED -> WorkerMark.Kind.QUARANTINED;
          case KIND_UNSPECIFIED, UNRECOGNIZED ->
              throw at.at("kind").invalid("expected a known kind, found " + message.getKind());
        };
    Instant since = TimeWire.instant(at.at("since"), message.getSince());
    Optional<Instant> until =
        message.hasUntil()
            ? Optional.of(TimeWire.instant(at.at("until"), message.getUntil()))
            : Optional.empty();
    return at.make(
        () ->
            new WorkerMark(
                message.getWorkerId(),
                kind,
                message.getReason(),
                since,
                until,
                message.getTimes()));
  }
}

package dev.longtake.wire;

import dev.longtake.digest.Digest;
import dev.longtake.error.ErrorCode;
import dev.longtake.lease.CheckpointPlan;
import dev.longtake.lease.LeaseToken;
import dev.longtake.lease.Order;
import dev.longtake.lease.OrderStatement;
import dev.longtake.lease.Report;
import dev.longtake.lease.Work;
import dev.longtake.lease.WorkerStatement;
import dev.longtake.plan.CheckpointPolicy;
import dev.longtake.plan.ModelCard;
import dev.longtake.plan.ShotInputs;
import dev.longtake.trace.TraceContext;
import dev.longtake.wire.v1.SynchronizeRequest;
import dev.longtake.wire.v1.SynchronizeResponse;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** What coordinator and workers tell each other, both ways. */
public final class WorkWire {

  /** Orders that one worker may hold. */
  private static final int ORDERS_MAX = 10_000;

  private static final int MESSAGE_LENGTH_MAX = 4000;

  private WorkWire() {}

  /** The message of what a worker is and holds. */
  public static SynchronizeRequest toProto(WorkerStatement worker) {
    var message =
        SynchronizeRequest.newBuilder()
            .setWorkerId(worker.workerId())
            .setBootId(worker.bootId())
            .setEngineClass(worker.engineClass())
            .setModel(ModelWire.toProto(worker.model()))
            .setDraining(worker.draining())
            .setConnection(worker.connection());
    worker.reports().forEach(report -> message.addReports(toProto(report)));
    return message.build();
  }

  /**
   * What a worker is and holds.
   *
   * @throws dev.longtake.error.LongtakeException with {@code REQUEST_INVALID} and the field's name
   */
  public static WorkerStatement fromProto(SynchronizeRequest message) {
    return fromProto(message, model(message));
  }

  static ModelCard model(SynchronizeRequest message) {
    Field at = new Field("").at("model");
    at.requireSet(message.hasModel());
    return ModelWire.model(at, message.getModel());
  }

  static WorkerStatement fromProto(SynchronizeRequest message, ModelCard model) {
    Field at = new Field("");
    List<Report> reports =
        at.at("reports").list(message.getReportsList(), ORDERS_MAX, WorkWire::report);
    return at.at("worker")
        .make(
            () ->
                new WorkerStatement(
                    message.getWorkerId(),
                    message.getBootId(),
                    message.getEngineClass(),
                    model,
                    reports,
                    message.getDraining(),
                    message.getConnection()));
  }

  /** The message of what a worker should hold. */
  public static SynchronizeResponse toProto(OrderStatement statement) {
    var message =
        SynchronizeResponse.newBuilder()
            .setHeartbeatInterval(TimeWire.toProto(statement.heartbeatInterval()))
            .setSuperseded(statement.superseded());
    statement.orders().forEach(order -> message.addOrders(toProto(order)));
    return message.build();
  }

  /**
   * What this worker should hold.
   *
   * @throws dev.longtake.error.LongtakeException with {@code REQUEST_INVALID} and the field's name
   */
  public static OrderStatement fromProto(SynchronizeResponse message) {
    Field at = new Field("");
    List<Order> orders = at.at("orders").list(message.getOrdersList(), ORDERS_MAX, WorkWire::order);
    Duration interval =
        TimeWire.duration(at.at("heartbeat_interval"), message.getHeartbeatInterval());
    return at.at("heartbeat_interval")
        .make(() -> new OrderStatement(orders, interval, message.getSuperseded()));
  }

  static dev.longtake.wire.v1.LeaseToken toProto(LeaseToken lease) {
    var message =
        dev.longtake.wire.v1.LeaseToken.newBuilder()
            .setStoryId(lease.storyId())
            .setShotIndex(lease.shotIndex())
            .setAttempt(lease.attempt());
    return switch (lease.kind()) {
      case CHUNK -> message.setChunkIndex(lease.index()).build();
      case SEGMENT -> message.setSegmentIndex(lease.index()).build();
    };
  }

  static LeaseToken lease(Field at, dev.longtake.wire.v1.LeaseToken message) {
    return at.make(
        () ->
            switch (message.getWorkCase()) {
              case CHUNK_INDEX ->
                  new LeaseToken(
                      message.getStoryId(),
                      message.getShotIndex(),
                      LeaseToken.Kind.CHUNK,
                      message.getChunkIndex(),
                      message.getAttempt());
              case SEGMENT_INDEX ->
                  new LeaseToken(
                      message.getStoryId(),
                      message.getShotIndex(),
                      LeaseToken.Kind.SEGMENT,
                      message.getSegmentIndex(),
                      message.getAttempt());
              case WORK_NOT_SET -> throw at.unset(message);
            });
  }

  private static dev.longtake.wire.v1.Order toProto(Order order) {
    var message = dev.longtake.wire.v1.Order.newBuilder().setLease(toProto(order.lease()));
    switch (order.work()) {
      case Work.DenoiseChunk work -> message.setDenoise(toProto(work));
      case Work.DecodeSegment work -> message.setDecode(toProto(work));
    }
    order.trace().ifPresent(trace -> message.setTraceparent(trace.traceparent()));
    return message.build();
  }

  private static Order order(Field at, dev.longtake.wire.v1.Order message) {
    LeaseToken lease = lease(at.at("lease"), message.getLease());
    Work work =
        switch (message.getWorkCase()) {
          case DENOISE -> denoise(at.at("denoise"), message.getDenoise());
          case DECODE -> decode(at.at("decode"), message.getDecode());
          case WORK_NOT_SET -> throw at.unset(message);
        };
    return new Order(lease, work, TraceContext.parse(message.getTraceparent()));
  }

  private static dev.longtake.wire.v1.DenoiseChunk toProto(Work.DenoiseChunk work) {
    var message =
        dev.longtake.wire.v1.DenoiseChunk.newBuilder()
            .setShot(ShotWire.toProto(work.shot()))
            .setFirstLatentFrame(work.firstLatentFrame())
            .setLatentFrameCount(work.latentFrameCount())
            .setOverlapLeft(work.overlapLeft())
            .setOverlapRight(work.overlapRight())
            .setLeftIsRemote(work.leftIsRemote())
            .setRightIsRemote(work.rightIsRemote())
            .setResumeStep(work.checkpoints().resumeStep());
    switch (work.checkpoints().policy()) {
      case CheckpointPolicy.EverySteps(int steps) -> message.setCheckpointInterval(steps);
      case CheckpointPolicy.ByTime(Duration time) -> message.setCheckpointTimeMs(time.toMillis());
    }
    return message.build();
  }

  private static Work denoise(Field at, dev.longtake.wire.v1.DenoiseChunk message) {
    ShotInputs shot = ShotWire.inputs(at.at("shot"), message.getShot());
    return at.make(
        () ->
            new Work.DenoiseChunk(
                shot,
                message.getFirstLatentFrame(),
                message.getLatentFrameCount(),
                message.getOverlapLeft(),
                message.getOverlapRight(),
                message.getLeftIsRemote(),
                message.getRightIsRemote(),
                new CheckpointPlan(message.getResumeStep(), policy(message))));
  }

  private static CheckpointPolicy policy(dev.longtake.wire.v1.DenoiseChunk message) {
    return message.getCheckpointTimeMs() == 0
        ? CheckpointPolicy.every(message.getCheckpointInterval())
        : CheckpointPolicy.within(Duration.ofMillis(message.getCheckpointTimeMs()));
  }

  private static dev.longtake.wire.v1.DecodeSegment toProto(Work.DecodeSegment work) {
    return dev.longtake.wire.v1.DecodeSegment.newBuilder()
        .setShot(ShotWire.toProto(work.shot()))
        .setFirstLatentFrame(work.firstLatentFrame())
        .setLatentFrameCount(work.latentFrameCount())
        .setHalo(work.halo())
        .setLatentsDigest(work.latentsDigest().hex())
        .setFrameCount(work.frameCount())
        .build();
  }

  private static Work decode(Field at, dev.longtake.wire.v1.DecodeSegment message) {
    ShotInputs shot = ShotWire.inputs(at.at("shot"), message.getShot());
    Digest latents = at.at("latents_digest").digest(message.getLatentsDigest());
    return at.make(
        () ->
            new Work.DecodeSegment(
                shot,
                message.getFirstLatentFrame(),
                message.getLatentFrameCount(),
                message.getHalo(),
                latents,
                message.getFrameCount()));
  }

  private static dev.longtake.wire.v1.Report toProto(Report report) {
    var message = dev.longtake.wire.v1.Report.newBuilder().setLease(toProto(report.lease()));
    switch (report.progress()) {
      case Report.Running(int stepsDone, boolean waiting, Optional<Duration> stepTime) -> {
        var running =
            dev.longtake.wire.v1.Report.Running.newBuilder()
                .setStepsDone(stepsDone)
                .setWaiting(waiting);
        stepTime.ifPresent(time -> running.setStepTime(TimeWire.toProto(time)));
        message.setRunning(running);
      }
      case Report.Done(Digest artifact, long sizeBytes, Duration computeTime) ->
          message.setDone(
              dev.longtake.wire.v1.Report.Done.newBuilder()
                  .setArtifactDigest(artifact.hex())
                  .setSizeBytes(sizeBytes)
                  .setComputeTime(TimeWire.toProto(computeTime)));
      case Report.Failed(ErrorCode code, String text) ->
          message.setFailed(
              dev.longtake.wire.v1.Report.Failed.newBuilder()
                  .setErrorCode(code.name())
                  .setMessage(Texts.cut(text, MESSAGE_LENGTH_MAX)));
    }
    return message.build();
  }

  private static Report report(Field at, dev.longtake.wire.v1.Report message) {
    LeaseToken lease = lease(at.at("lease"), message.getLease());
    Report.Progress progress =
        switch (message.getStateCase()) {
          case RUNNING -> running(at.at("running"), message.getRunning());
          case DONE -> done(at.at("done"), message.getDone());
          case FAILED ->
              new Report.Failed(
                  errorCode(message.getFailed().getErrorCode()),
                  Texts.cut(message.getFailed().getMessage(), MESSAGE_LENGTH_MAX));
          case STATE_NOT_SET -> throw at.unset(message);
        };
    return new Report(lease, progress);
  }

  private static Report.Progress running(Field at, dev.longtake.wire.v1.Report.Running message) {
    Optional<Duration> stepTime =
        message.hasStepTime()
            ? Optional.of(TimeWire.duration(at.at("step_time"), message.getStepTime()))
            : Optional.empty();
    return at.make(
        () -> new Report.Running(message.getStepsDone(), message.getWaiting(), stepTime));
  }

  private static Report.Progress done(Field at, dev.longtake.wire.v1.Report.Done message) {
    Digest artifact = at.at("artifact_digest").digest(message.getArtifactDigest());
    Duration computeTime = TimeWire.duration(at.at("compute_time"), message.getComputeTime());
    return at.make(() -> new Report.Done(artifact, message.getSizeBytes(), computeTime));
  }

  /** A code that this side does not know yet is a bug of the two sides together. */
  private static ErrorCode errorCode(String name) {
    return Arrays.stream(ErrorCode.values())
        .filter(code -> code.name().equals(name))
        .findFirst()
        .orElse(ErrorCode.INTERNAL);
  }
}

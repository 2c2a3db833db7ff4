package dev.longtake.coordinator.journal;

import com.google.protobuf.Message;
import dev.longtake.coordinator.story.JournalMark;
import dev.longtake.coordinator.story.ShotProgress;
import dev.longtake.coordinator.story.StoryEvent.FilmAssembled;
import dev.longtake.coordinator.story.StoryEvent.StoryFailed;
import dev.longtake.coordinator.story.StoryEvent.StorySubmitted;
import dev.longtake.coordinator.story.StoryProgress;
import dev.longtake.coordinator.story.StoryProgress.Ending;
import dev.longtake.coordinator.story.WorkState;
import dev.longtake.coordinator.story.policy.Losses;
import dev.longtake.digest.Digest;
import dev.longtake.plan.ShotPlan;
import dev.longtake.plan.StoryPlan;
import dev.longtake.wire.ModelWire;
import dev.longtake.wire.StatusWire;
import dev.longtake.wire.TimeWire;
import dev.longtake.wire.v1.StoryEvent.Cancelled;
import dev.longtake.wire.v1.StorySnapshot;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Where a story stands, as a snapshot holds it, both ways. */
final class StorySnapshotForm {

  private StorySnapshotForm() {}

  static StorySnapshot toProto(StoryProgress story) {
    var submitted =
        new StorySubmitted(story.storyId(), story.sequence(), story.story(), story.submission());
    var message =
        StorySnapshot.newBuilder()
            .setSubmitted(StoryEventForm.form(submitted))
            .addAllShots(story.shots().stream().map(StorySnapshotForm::form).toList())
            .setEventCount(story.eventCount());
    story
        .plan()
        .ifPresent(
            plan ->
                message
                    .setModel(ModelWire.toProto(plan.model()))
                    .setEngineClass(plan.engineClass()));
    story.mark().writer().ifPresent(message::setWriter);
    switch (story.ending()) {
      case Ending.Open open -> {}
      case Ending.Succeeded(var at, var files) ->
          message.setSucceeded(StoryEventForm.form(new FilmAssembled(files, at)));
      case Ending.Failed(var at, var code, var why) ->
          message.setFailed(StoryEventForm.form(new StoryFailed(code, why, at)));
      case Ending.Cancelled(var at) ->
          message.setCancelled(Cancelled.newBuilder().setAt(TimeWire.toProto(at)));
    }
    return message.build();
  }

  private static StorySnapshot.Shot form(ShotProgress shot) {
    var message =
        StorySnapshot.Shot.newBuilder()
            .addAllChunks(shot.chunks().stream().map(StorySnapshotForm::form).toList())
            .addAllRemote(shot.remote())
            .setLatentsDigest(hex(shot.latents()))
            .addAllSegments(shot.segments().stream().map(StorySnapshotForm::form).toList())
            .setReused(shot.reused());
    shot.clip().ifPresent(clip -> message.setClip(StatusWire.toProto(clip)));
    return message.build();
  }

  private static StorySnapshot.Work form(WorkState work) {
    var message =
        StorySnapshot.Work.newBuilder().setAttempt(work.attempt()).setFailures(work.failures());
    if (!work.losses().equals(Losses.NONE)) {
      message.setLosses(
          StorySnapshot.Losses.newBuilder()
              .setStep(work.losses().step())
              .addAllWorkerIds(work.losses().workers()));
    }
    switch (work) {
      case WorkState.Waiting waiting -> {
        var state =
            StorySnapshot.Waiting.newBuilder()
                .setEarlierDigest(hex(waiting.earlier()))
                .setResumeStep(waiting.resumeStep());
        waiting.avoid().ifPresent(worker -> state.setAvoid(HolderForm.form(worker)));
        message.setWaiting(state);
      }
      case WorkState.Leased leased ->
          message.setLeased(
              StorySnapshot.Leased.newBuilder()
                  .setWorker(HolderForm.form(leased.worker()))
                  .setEarlierDigest(hex(leased.earlier()))
                  .setResumeStep(leased.resumeStep()));
      case WorkState.Done done ->
          message.setDone(StorySnapshot.Done.newBuilder().setArtifactDigest(done.artifact().hex()));
    }
    return message.build();
  }

  private static String hex(Optional<Digest> digest) {
    return digest.map(Digest::hex).orElse("");
  }

  /**
   * The story of a message.
   *
   * @throws IllegalArgumentException or {@code LongtakeException} if this version knows none such,
   *     or plans the story otherwise
   */
  static StoryProgress fromProto(StorySnapshot message) {
    checkAllKnown(message);
    StorySubmitted submitted = StoryEventForm.submitted(message.getSubmitted());
    Optional<StoryPlan> plan =
        message.hasModel()
            ? Optional.of(
                StoryPlan.of(
                    submitted.storyId(),
                    submitted.story(),
                    ModelWire.fromProto(message.getModel()),
                    message.getEngineClass()))
            : Optional.empty();
    return new StoryProgress(
        submitted.storyId(),
        submitted.sequence(),
        submitted.submission(),
        submitted.story(),
        plan,
        shots(plan.map(StoryPlan::shots).orElse(List.of()), message.getShotsList()),
        ending(message),
        new JournalMark(
            message.getEventCount(),
            message.hasWriter() ? Optional.of(message.getWriter()) : Optional.empty()));
  }

  private static List<ShotProgress> shots(List<ShotPlan> plans, List<StorySnapshot.Shot> messages) {
    if (plans.size() != messages.size()) {
      throw new IllegalArgumentException(
          "shots: expected the %d of the plan, found %d".formatted(plans.size(), messages.size()));
    }
    List<ShotProgress> shots = new ArrayList<>();
    for (int i = 0; i < plans.size(); i++) {
      StorySnapshot.Shot shot = messages.get(i);
      shots.add(
          new ShotProgress(
              plans.get(i),
              works(shot.getChunksList()),
              shot.getRemoteList(),
              digest(shot.getLatentsDigest()),
              works(shot.getSegmentsList()),
              shot.getReused(),
              shot.hasClip()
                  ? Optional.of(StatusWire.fromProto(shot.getClip()))
                  : Optional.empty()));
    }
    return shots;
  }

  private static List<WorkState> works(List<StorySnapshot.Work> messages) {
    return messages.stream().map(StorySnapshotForm::work).toList();
  }

  private static WorkState work(StorySnapshot.Work message) {
    int attempt = message.getAttempt();
    int failures = message.getFailures();
    Losses losses =
        new Losses(message.getLosses().getStep(), message.getLosses().getWorkerIdsList());
    return switch (message.getStateCase()) {
      case WAITING -> waiting(attempt, failures, message.getWaiting(), losses);
      case LEASED ->
          new WorkState.Leased(
              attempt,
              failures,
              HolderForm.worker(message.getLeased().getWorker()),
              digest(message.getLeased().getEarlierDigest()),
              message.getLeased().getResumeStep(),
              losses);
      case DONE ->
          new WorkState.Done(attempt, failures, new Digest(message.getDone().getArtifactDigest()));
      case STATE_NOT_SET -> throw Words.unknownKind("work");
    };
  }

  private static WorkState waiting(
      int attempt, int failures, StorySnapshot.Waiting message, Losses losses) {
    return new WorkState.Waiting(
        attempt,
        failures,
        message.hasAvoid() ? Optional.of(HolderForm.worker(message.getAvoid())) : Optional.empty(),
        digest(message.getEarlierDigest()),
        message.getResumeStep(),
        losses);
  }

  private static Optional<Digest> digest(String hex) {
    return hex.isEmpty() ? Optional.empty() : Optional.of(new Digest(hex));
  }

  private static Ending ending(StorySnapshot message) {
    return switch (message.getEndingCase()) {
      case SUCCEEDED -> {
        FilmAssembled event = StoryEventForm.assembled(message.getSucceeded());
        yield new Ending.Succeeded(event.at(), event.files());
      }
      case FAILED -> {
        StoryFailed event = StoryEventForm.failed(message.getFailed());
        yield new Ending.Failed(event.at(), event.code(), event.message());
      }
      case CANCELLED -> new Ending.Cancelled(TimeWire.fromProto(message.getCancelled().getAt()));
      case ENDING_NOT_SET -> new Ending.Open();
    };
  }

  /**
   * Unlike an event, a snapshot of a later version can be done without: nothing of it is skipped.
   */
  private static void checkAllKnown(Message message) {
    if (!message.getUnknownFields().asMap().isEmpty()) {
      throw new IllegalArgumentException(
          "%s: expected fields of this version, found %s: it is of a newer version"
              .formatted(
                  message.getDescriptorForType().getName(),
                  message.getUnknownFields().asMap().keySet()));
    }
    for (Object value : message.getAllFields().values()) {
      if (value instanceof Message part) {
        checkAllKnown(part);
      } else if (value instanceof List<?> parts) {
        for (Object part : parts) {
          if (part instanceof Message one) {
            checkAllKnown(one);
          }
        }
      }
    }
  }
}

package dev.longtake.coordinator.journal;

import dev.longtake.coordinator.story.ShotResult;
import dev.longtake.coordinator.story.StoryEvent;
import dev.longtake.coordinator.story.StoryEvent.ChunksToResume;
import dev.longtake.coordinator.story.StoryEvent.ClipCut;
import dev.longtake.coordinator.story.StoryEvent.FilmAssembled;
import dev.longtake.coordinator.story.StoryEvent.Grant;
import dev.longtake.coordinator.story.StoryEvent.HolderLost;
import dev.longtake.coordinator.story.StoryEvent.KnownShot;
import dev.longtake.coordinator.story.StoryEvent.ResumePoint;
import dev.longtake.coordinator.story.StoryEvent.ShotJoined;
import dev.longtake.coordinator.story.StoryEvent.StoryCancelled;
import dev.longtake.coordinator.story.StoryEvent.StoryClaimed;
import dev.longtake.coordinator.story.StoryEvent.StoryFailed;
import dev.longtake.coordinator.story.StoryEvent.StoryPlanned;
import dev.longtake.coordinator.story.StoryEvent.StoryRetried;
import dev.longtake.coordinator.story.StoryEvent.StorySubmitted;
import dev.longtake.coordinator.story.StoryEvent.StoryUnpinned;
import dev.longtake.coordinator.story.StoryEvent.WorkDone;
import dev.longtake.coordinator.story.StoryEvent.WorkFailed;
import dev.longtake.coordinator.story.StoryEvent.WorkLeased;
import dev.longtake.coordinator.story.StoryEvent.WorkReleased;
import dev.longtake.digest.Digest;
import dev.longtake.story.status.Submission;
import dev.longtake.wire.ModelWire;
import dev.longtake.wire.OwnerWire;
import dev.longtake.wire.StatusWire;
import dev.longtake.wire.StoryWire;
import dev.longtake.wire.TimeWire;
import dev.longtake.wire.v1.StoryEvent.Cancelled;
import dev.longtake.wire.v1.StoryEvent.Claimed;
import dev.longtake.wire.v1.StoryEvent.Failed;
import dev.longtake.wire.v1.StoryEvent.Planned;
import dev.longtake.wire.v1.StoryEvent.Retried;
import dev.longtake.wire.v1.StoryEvent.Submitted;
import dev.longtake.wire.v1.StoryEvent.Unpinned;
import java.util.Optional;

/** Events of a story as the journal holds them, both ways. */
final class StoryEventForm {

  private StoryEventForm() {}

  static dev.longtake.wire.v1.StoryEvent toProto(StoryEvent event) {
    var message = dev.longtake.wire.v1.StoryEvent.newBuilder();
    switch (event) {
      case StorySubmitted submitted -> message.setSubmitted(form(submitted));
      case StoryPlanned planned -> message.setPlanned(form(planned));
      case WorkLeased leased -> message.setWorkLeased(form(leased));
      case WorkDone done -> message.setWorkDone(form(done));
      case WorkFailed failed -> message.setWorkFailed(form(failed));
      case WorkReleased released -> message.setWorkReleased(form(released));
      case HolderLost lost -> message.setHolderLost(HolderForm.form(lost));
      case ChunksToResume resume -> message.setChunksToResume(form(resume));
      case ShotJoined joined -> message.setShotJoined(form(joined));
      case StoryUnpinned(String engineClass, var at) ->
          message.setUnpinned(
              Unpinned.newBuilder().setEngineClass(engineClass).setAt(TimeWire.toProto(at)));
      case ClipCut(int shotIndex, var clip) ->
          message.setClipCut(
              dev.longtake.wire.v1.StoryEvent.ClipCut.newBuilder()
                  .setShotIndex(shotIndex)
                  .setClip(StatusWire.toProto(clip)));
      case FilmAssembled assembled -> message.setFilmAssembled(form(assembled));
      case StoryFailed failed -> message.setFailed(form(failed));
      case StoryRetried(var at) ->
          message.setRetried(Retried.newBuilder().setAt(TimeWire.toProto(at)));
      case StoryCancelled(var at) ->
          message.setCancelled(Cancelled.newBuilder().setAt(TimeWire.toProto(at)));
      case StoryClaimed(String node, long incarnation) ->
          message.setClaimed(Claimed.newBuilder().setNode(node).setIncarnation(incarnation));
    }
    return message.build();
  }

  /**
   * The event of a message.
   *
   * @throws IllegalArgumentException or {@code LongtakeException} if this version knows none such
   */
  static StoryEvent fromProto(dev.longtake.wire.v1.StoryEvent message) {
    return switch (message.getKindCase()) {
      case SUBMITTED -> submitted(message.getSubmitted());
      case PLANNED -> planned(message.getPlanned());
      case WORK_LEASED -> leased(message.getWorkLeased());
      case WORK_DONE -> done(message.getWorkDone());
      case WORK_FAILED -> failed(message.getWorkFailed());
      case WORK_RELEASED -> released(message.getWorkReleased());
      case HOLDER_LOST -> HolderForm.lost(message.getHolderLost());
      case CHUNKS_TO_RESUME -> resume(message.getChunksToResume());
      case SHOT_JOINED -> joined(message.getShotJoined());
      case UNPINNED ->
          new StoryUnpinned(
              message.getUnpinned().getEngineClass(),
              TimeWire.fromProto(message.getUnpinned().getAt()));
      case CLIP_CUT ->
          new ClipCut(
              message.getClipCut().getShotIndex(),
              StatusWire.fromProto(message.getClipCut().getClip()));
      case FILM_ASSEMBLED -> assembled(message.getFilmAssembled());
      case FAILED -> failed(message.getFailed());
      case CANCELLED -> new StoryCancelled(TimeWire.fromProto(message.getCancelled().getAt()));
      case RETRIED -> new StoryRetried(TimeWire.fromProto(message.getRetried().getAt()));
      case CLAIMED ->
          new StoryClaimed(message.getClaimed().getNode(), message.getClaimed().getIncarnation());
      case KIND_NOT_SET -> throw Words.unknownKind("story");
    };
  }

  static Submitted.Builder form(StorySubmitted event) {
    return Submitted.newBuilder()
        .setStoryId(event.storyId())
        .setSequence(event.sequence())
        .setStory(StoryWire.toProto(event.story()))
        .setAt(TimeWire.toProto(event.submission().at()))
        .setTenant(OwnerWire.journaled(event.submission().owner().tenant()))
        .setOwner(event.submission().owner().name());
  }

  static StorySubmitted submitted(Submitted message) {
    return new StorySubmitted(
        message.getStoryId(),
        message.getSequence(),
        StoryWire.fromProto(message.getStory()),
        new Submission(
            TimeWire.fromProto(message.getAt()),
            OwnerWire.owner(message.getTenant(), message.getOwner())));
  }

  private static Planned.Builder form(StoryPlanned event) {
    var message =
        Planned.newBuilder()
            .setModel(ModelWire.toProto(event.model()))
            .setEngineClass(event.engineClass());
    for (KnownShot known : event.known()) {
      message.addKnown(
          dev.longtake.wire.v1.StoryEvent.KnownShot.newBuilder()
              .setShotIndex(known.shotIndex())
              .setLatentsDigest(known.result().latents().hex())
              .addAllSegmentDigests(known.result().segments().stream().map(Digest::hex).toList()));
    }
    return message;
  }

  private static StoryEvent planned(Planned message) {
    return new StoryPlanned(
        ModelWire.fromProto(message.getModel()),
        message.getEngineClass(),
        message.getKnownList().stream()
            .map(
                known ->
                    new KnownShot(
                        known.getShotIndex(),
                        new ShotResult(
                            new Digest(known.getLatentsDigest()),
                            known.getSegmentDigestsList().stream().map(Digest::new).toList())))
            .toList());
  }

  private static dev.longtake.wire.v1.StoryEvent.WorkLeased.Builder form(WorkLeased event) {
    var message =
        dev.longtake.wire.v1.StoryEvent.WorkLeased.newBuilder()
            .setShotIndex(event.shotIndex())
            .setKind(Words.form(event.kind()));
    for (Grant grant : event.grants()) {
      message.addGrants(
          dev.longtake.wire.v1.StoryEvent.Grant.newBuilder()
              .setIndex(grant.index())
              .setWorker(HolderForm.form(grant.worker())));
    }
    return message;
  }

  private static StoryEvent leased(dev.longtake.wire.v1.StoryEvent.WorkLeased message) {
    return new WorkLeased(
        message.getShotIndex(),
        Words.kind(message.getKind()),
        message.getGrantsList().stream()
            .map(grant -> new Grant(grant.getIndex(), HolderForm.worker(grant.getWorker())))
            .toList());
  }

  private static dev.longtake.wire.v1.StoryEvent.WorkDone.Builder form(WorkDone event) {
    return dev.longtake.wire.v1.StoryEvent.WorkDone.newBuilder()
        .setShotIndex(event.shotIndex())
        .setKind(Words.form(event.kind()))
        .setIndex(event.index())
        .setAttempt(event.attempt())
        .setArtifactDigest(event.artifact().hex());
  }

  private static StoryEvent done(dev.longtake.wire.v1.StoryEvent.WorkDone message) {
    return new WorkDone(
        message.getShotIndex(),
        Words.kind(message.getKind()),
        message.getIndex(),
        message.getAttempt(),
        new Digest(message.getArtifactDigest()));
  }

  private static dev.longtake.wire.v1.StoryEvent.WorkFailed.Builder form(WorkFailed event) {
    return dev.longtake.wire.v1.StoryEvent.WorkFailed.newBuilder()
        .setShotIndex(event.shotIndex())
        .setKind(Words.form(event.kind()))
        .setIndex(event.index())
        .setAttempt(event.attempt())
        .setErrorCode(event.code().name())
        .setMessage(event.message());
  }

  private static StoryEvent failed(dev.longtake.wire.v1.StoryEvent.WorkFailed message) {
    return new WorkFailed(
        message.getShotIndex(),
        Words.kind(message.getKind()),
        message.getIndex(),
        message.getAttempt(),
        Words.code(message.getErrorCode()),
        message.getMessage());
  }

  private static dev.longtake.wire.v1.StoryEvent.WorkReleased.Builder form(WorkReleased event) {
    var message =
        dev.longtake.wire.v1.StoryEvent.WorkReleased.newBuilder()
            .setShotIndex(event.shotIndex())
            .setKind(Words.form(event.kind()))
            .addAllIndexes(event.indexes());
    event.avoid().ifPresent(worker -> message.setAvoid(HolderForm.form(worker)));
    return message;
  }

  private static StoryEvent released(dev.longtake.wire.v1.StoryEvent.WorkReleased message) {
    return new WorkReleased(
        message.getShotIndex(),
        Words.kind(message.getKind()),
        message.getIndexesList(),
        message.hasAvoid() ? Optional.of(HolderForm.worker(message.getAvoid())) : Optional.empty());
  }

  private static dev.longtake.wire.v1.StoryEvent.ChunksToResume.Builder form(ChunksToResume event) {
    var message =
        dev.longtake.wire.v1.StoryEvent.ChunksToResume.newBuilder().setShotIndex(event.shotIndex());
    for (ResumePoint point : event.points()) {
      message.addPoints(
          dev.longtake.wire.v1.StoryEvent.ResumePoint.newBuilder()
              .setIndex(point.index())
              .setStep(point.step()));
    }
    return message;
  }

  private static StoryEvent resume(dev.longtake.wire.v1.StoryEvent.ChunksToResume message) {
    return new ChunksToResume(
        message.getShotIndex(),
        message.getPointsList().stream()
            .map(point -> new ResumePoint(point.getIndex(), point.getStep()))
            .toList());
  }

  private static dev.longtake.wire.v1.StoryEvent.ShotJoined.Builder form(ShotJoined event) {
    return dev.longtake.wire.v1.StoryEvent.ShotJoined.newBuilder()
        .setShotIndex(event.shotIndex())
        .setLatentsDigest(event.latents().hex());
  }

  private static StoryEvent joined(dev.longtake.wire.v1.StoryEvent.ShotJoined message) {
    return new ShotJoined(message.getShotIndex(), new Digest(message.getLatentsDigest()));
  }

  static dev.longtake.wire.v1.StoryEvent.FilmAssembled.Builder form(FilmAssembled event) {
    return dev.longtake.wire.v1.StoryEvent.FilmAssembled.newBuilder()
        .addAllFiles(event.files().stream().map(StatusWire::toProto).toList())
        .setAt(TimeWire.toProto(event.at()));
  }

  static FilmAssembled assembled(dev.longtake.wire.v1.StoryEvent.FilmAssembled message) {
    return new FilmAssembled(
        message.getFilesList().stream().map(StatusWire::fromProto).toList(),
        TimeWire.fromProto(message.getAt()));
  }

  static Failed.Builder form(StoryFailed event) {
    return Failed.newBuilder()
        .setErrorCode(event.code().name())
        .setMessage(event.message())
        .setAt(TimeWire.toProto(event.at()));
  }

  static StoryFailed failed(Failed message) {
    return new StoryFailed(
        Words.code(message.getErrorCode()),
        message.getMessage(),
        TimeWire.fromProto(message.getAt()));
  }
}

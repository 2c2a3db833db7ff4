package dev.longtake.wire;

import dev.longtake.digest.Digest;
import dev.longtake.story.StoryLimits;
import dev.longtake.story.status.Count;
import dev.longtake.story.status.FilmFile;
import dev.longtake.story.status.ShotCounts;
import dev.longtake.story.status.ShotState;
import dev.longtake.story.status.ShotStatus;
import dev.longtake.story.status.StoryState;
import dev.longtake.story.status.StoryStatus;
import dev.longtake.story.status.StorySummary;
import dev.longtake.story.status.Submission;
import java.time.Instant;
import java.util.Optional;

/** Where stories stand, both ways. */
public final class StatusWire {

  private static final int FILES_MAX = 10_000;

  private StatusWire() {}

  /** The message of a status. */
  public static dev.longtake.wire.v1.StoryStatus toProto(StoryStatus status) {
    var message =
        dev.longtake.wire.v1.StoryStatus.newBuilder()
            .setStoryId(status.storyId())
            .setName(status.name())
            .setState(toProto(status.state()))
            .setSubmitTime(TimeWire.toProto(status.submitTime()))
            .setTenant(status.tenant())
            .setOwner(status.submission().owner().name())
            .setFrameCount(status.film().frameCount())
            .setWorkerCount(status.renderers().workerCount())
            .setEngineClass(status.renderers().engineClass())
            .setAssembling(status.film().assembling())
            .setHeldUp(status.renderers().heldUp().orElse(""));
    status.ending().ifPresent(ending -> message.setEndTime(TimeWire.toProto(ending.at())));
    status
        .failure()
        .ifPresent(
            failure -> message.setFailureCode(failure.code()).setFailureMessage(failure.message()));
    status.shots().forEach(shot -> message.addShots(toProto(shot)));
    status.film().files().forEach(file -> message.addFiles(toProto(file)));
    return message.build();
  }

  /** The message of a line about a story. */
  public static dev.longtake.wire.v1.StorySummary toProto(StorySummary story) {
    var message =
        dev.longtake.wire.v1.StorySummary.newBuilder()
            .setStoryId(story.storyId())
            .setName(story.name())
            .setState(toProto(story.state()))
            .setSubmitTime(TimeWire.toProto(story.submitTime()))
            .setTenant(story.tenant())
            .setOwner(story.submission().owner().name())
            .setFrameCount(story.frameCount())
            .setShots(toProto(story.shots()));
    story.ending().ifPresent(ending -> message.setEndTime(TimeWire.toProto(ending.at())));
    story
        .failure()
        .ifPresent(
            failure -> message.setFailureCode(failure.code()).setFailureMessage(failure.message()));
    return message.build();
  }

  /**
   * The line of a message.
   *
   * @throws dev.longtake.error.LongtakeException with {@code REQUEST_INVALID} and the field's name
   */
  public static StorySummary fromProto(dev.longtake.wire.v1.StorySummary message) {
    Field at = new Field("summary");
    Instant submitTime = TimeWire.instant(at.at("submit_time"), message.getSubmitTime());
    Count shots = count(at.at("shots"), message.getShots());
    Optional<Instant> endTime =
        message.hasEndTime()
            ? Optional.of(TimeWire.instant(at.at("end_time"), message.getEndTime()))
            : Optional.empty();
    return at.make(
        () ->
            new StorySummary(
                message.getStoryId(),
                message.getName(),
                state(at.at("state"), message.getState()),
                new Submission(
                    submitTime, OwnerWire.owner(message.getTenant(), message.getOwner())),
                endTime.map(
                    time ->
                        new StoryStatus.Ending(
                            time, failure(message.getFailureCode(), message.getFailureMessage()))),
                message.getFrameCount(),
                shots));
  }

  private static Optional<StoryStatus.Failure> failure(String code, String text) {
    return code.isEmpty() ? Optional.empty() : Optional.of(new StoryStatus.Failure(code, text));
  }

  /** The message of a file of a film. */
  public static dev.longtake.wire.v1.FilmFile toProto(FilmFile file) {
    return dev.longtake.wire.v1.FilmFile.newBuilder()
        .setName(file.name())
        .setDigest(file.digest().hex())
        .setSizeBytes(file.sizeBytes())
        .build();
  }

  /**
   * The file of a message.
   *
   * @throws dev.longtake.error.LongtakeException with {@code REQUEST_INVALID} and the field's name
   */
  public static FilmFile fromProto(dev.longtake.wire.v1.FilmFile message) {
    return file(new Field("file"), message);
  }

  /**
   * The status of a message.
   *
   * @throws dev.longtake.error.LongtakeException with {@code REQUEST_INVALID} and the field's name
   */
  public static StoryStatus fromProto(dev.longtake.wire.v1.StoryStatus message) {
    Field at = new Field("status");
    Instant submitTime = TimeWire.instant(at.at("submit_time"), message.getSubmitTime());
    return new StoryStatus(
        message.getStoryId(),
        message.getName(),
        state(at.at("state"), message.getState()),
        at.at("tenant")
            .make(
                () ->
                    new Submission(
                        submitTime, OwnerWire.owner(message.getTenant(), message.getOwner()))),
        ending(at.at("end_time"), message),
        new StoryStatus.Renderers(
            message.getEngineClass(),
            message.getWorkerCount(),
            Optional.of(message.getHeldUp()).filter(why -> !why.isEmpty())),
        at.at("shots").list(message.getShotsList(), StoryLimits.SHOTS_MAX, StatusWire::shot),
        new StoryStatus.Film(
            message.getFrameCount(),
            message.getAssembling(),
            at.at("files").list(message.getFilesList(), FILES_MAX, StatusWire::file)));
  }

  private static Optional<StoryStatus.Ending> ending(
      Field at, dev.longtake.wire.v1.StoryStatus message) {
    return message.hasEndTime()
        ? Optional.of(
            new StoryStatus.Ending(
                TimeWire.instant(at, message.getEndTime()),
                failure(message.getFailureCode(), message.getFailureMessage())))
        : Optional.empty();
  }

  private static dev.longtake.wire.v1.ShotStatus toProto(ShotStatus shot) {
    return dev.longtake.wire.v1.ShotStatus.newBuilder()
        .setShotId(shot.shotId())
        .setFrameCount(shot.frameCount())
        .setState(toProto(shot.state()))
        .setChunks(toProto(shot.counts().chunks()))
        .setSteps(toProto(shot.counts().steps()))
        .setStepsKept(shot.counts().stepsKept())
        .setSegments(toProto(shot.counts().segments()))
        .setLatentsDigest(shot.latentsDigest().map(Digest::hex).orElse(""))
        .setReused(shot.reused())
        .build();
  }

  private static ShotStatus shot(Field at, dev.longtake.wire.v1.ShotStatus message) {
    Count chunks = count(at.at("chunks"), message.getChunks());
    Count steps = count(at.at("steps"), message.getSteps());
    Count segments = count(at.at("segments"), message.getSegments());
    return new ShotStatus(
        message.getShotId(),
        message.getFrameCount(),
        shotState(at.at("state"), message.getState()),
        at.make(() -> new ShotCounts(chunks, steps, message.getStepsKept(), segments)),
        message.getLatentsDigest().isEmpty()
            ? Optional.empty()
            : Optional.of(at.at("latents_digest").digest(message.getLatentsDigest())),
        message.getReused());
  }

  private static dev.longtake.wire.v1.Count toProto(Count count) {
    return dev.longtake.wire.v1.Count.newBuilder()
        .setDone(count.done())
        .setTotal(count.total())
        .build();
  }

  private static Count count(Field at, dev.longtake.wire.v1.Count message) {
    return at.make(() -> new Count(message.getDone(), message.getTotal()));
  }

  private static FilmFile file(Field at, dev.longtake.wire.v1.FilmFile message) {
    Digest digest = at.at("digest").digest(message.getDigest());
    return at.make(() -> new FilmFile(message.getName(), digest, message.getSizeBytes()));
  }

  static dev.longtake.wire.v1.StoryState toProto(StoryState state) {
    return switch (state) {
      case PENDING -> dev.longtake.wire.v1.StoryState.STORY_STATE_PENDING;
      case RUNNING -> dev.longtake.wire.v1.StoryState.STORY_STATE_RUNNING;
      case SUCCEEDED -> dev.longtake.wire.v1.StoryState.STORY_STATE_SUCCEEDED;
      case FAILED -> dev.longtake.wire.v1.StoryState.STORY_STATE_FAILED;
      case CANCELLED -> dev.longtake.wire.v1.StoryState.STORY_STATE_CANCELLED;
    };
  }

  static StoryState state(Field at, dev.longtake.wire.v1.StoryState message) {
    return switch (message) {
      case STORY_STATE_PENDING -> StoryState.PENDING;
      case STORY_STATE_RUNNING -> StoryState.RUNNING;
      case STORY_STATE_SUCCEEDED -> StoryState.SUCCEEDED;
      case STORY_STATE_FAILED -> StoryState.FAILED;
      case STORY_STATE_CANCELLED -> StoryState.CANCELLED;
      case STORY_STATE_UNSPECIFIED, UNRECOGNIZED ->
          throw at.invalid("expected a known state, found " + message);
    };
  }

  private static dev.longtake.wire.v1.ShotState toProto(ShotState state) {
    return switch (state) {
      case WAITING -> dev.longtake.wire.v1.ShotState.SHOT_STATE_WAITING;
      case DENOISING -> dev.longtake.wire.v1.ShotState.SHOT_STATE_DENOISING;
      case DECODING -> dev.longtake.wire.v1.ShotState.SHOT_STATE_DECODING;
      case DONE -> dev.longtake.wire.v1.ShotState.SHOT_STATE_DONE;
    };
  }

  private static ShotState shotState(Field at, dev.longtake.wire.v1.ShotState message) {
    return switch (message) {
      case SHOT_STATE_WAITING -> ShotState.WAITING;
      case SHOT_STATE_DENOISING -> ShotState.DENOISING;
      case SHOT_STATE_DECODING -> ShotState.DECODING;
      case SHOT_STATE_DONE -> ShotState.DONE;
      case SHOT_STATE_UNSPECIFIED, UNRECOGNIZED ->
          throw at.invalid("expected a known state, found " + message);
    };
  }
}

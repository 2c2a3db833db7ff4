package dev.longtake.ops.json;

import dev.longtake.digest.Digest;
import dev.longtake.story.status.FilmFile;
import dev.longtake.story.status.ShotCounts;
import dev.longtake.story.status.ShotStatus;
import dev.longtake.story.status.StoryStatus;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Where a story stands: {@code status.schema.json}. */
public record StatusJson(
    String storyId,
    String name,
    String state,
    String submitTime,
    @Nullable String endTime,
    @Nullable Failure failure,
    int frameCount,
    int workerCount,
    String engineClass,
    @Nullable String heldUp,
    boolean assembling,
    List<Shot> shots,
    List<File> files,
    String tenant,
    String owner) {

  /** Why it failed. */
  public record Failure(String code, String message) {

    static Failure of(StoryStatus.Failure failure) {
      return new Failure(failure.code(), failure.message());
    }
  }

  /** Where a shot stands. */
  public record Shot(
      String shotId,
      String state,
      int chunkCount,
      int chunksDone,
      int stepCount,
      int stepsDone,
      int segmentCount,
      int segmentsDone,
      int frameCount,
      @Nullable String latentsSha256,
      boolean reused,
      int stepsKept) {

    private static Shot of(ShotStatus shot) {
      ShotCounts counts = shot.counts();
      return new Shot(
          shot.shotId(),
          shot.state().name(),
          counts.chunks().total(),
          counts.chunks().done(),
          counts.steps().total(),
          counts.steps().done(),
          counts.segments().total(),
          counts.segments().done(),
          shot.frameCount(),
          shot.latentsDigest().map(Digest::hex).orElse(null),
          shot.reused(),
          counts.stepsKept());
    }
  }

  /** A file of the film. */
  public record File(String name, String sha256, long sizeBytes) {

    private static File of(FilmFile file) {
      return new File(file.name(), file.digest().hex(), file.sizeBytes());
    }
  }

  /** The line of a status. */
  public static StatusJson of(StoryStatus status) {
    return new StatusJson(
        status.storyId(),
        status.name(),
        status.state().name(),
        status.submitTime().toString(),
        status.ending().map(ending -> ending.at().toString()).orElse(null),
        status.failure().map(Failure::of).orElse(null),
        status.film().frameCount(),
        status.renderers().workerCount(),
        status.renderers().engineClass(),
        status.renderers().heldUp().orElse(null),
        status.film().assembling(),
        status.shots().stream().map(Shot::of).toList(),
        status.film().files().stream().map(File::of).toList(),
        status.tenant(),
        status.submission().owner().name());
  }
}

package dev.longtake.ops.json;

import dev.longtake.limit.RoomNeed;
import dev.longtake.plan.ModelCard;
import dev.longtake.plan.ShotPlan;
import dev.longtake.plan.StoryPlan;
import dev.longtake.story.Seed;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** How a story will be rendered: {@code plan.schema.json}. */
public record PlanJson(
    String story,
    String model,
    String modelVersion,
    String modelSha256,
    int frameCount,
    double seconds,
    int width,
    int height,
    int renderedWidth,
    int renderedHeight,
    String frameRate,
    String seedText,
    int latentFrameCount,
    int chunkCount,
    long stepCount,
    int segmentCount,
    long estimatedWorkerBytes,
    long artifactBytesMax,
    long filmBytesMax,
    @Nullable Double estimatedSeconds,
    List<Shot> shots) {

  /** What a shot is cut into. */
  public record Shot(
      String shotId,
      String seedText,
      int filmFirstFrame,
      int frameCount,
      int latentFrameCount,
      int chunkCount,
      long stepCount,
      int segmentCount) {

    private static Shot of(ShotPlan shot) {
      return new Shot(
          shot.shot().id(),
          Seed.text(shot.inputs().seed()),
          shot.filmFirstFrame(),
          shot.frameCount(),
          shot.latentFrameCount(),
          shot.chunks().chunks().size(),
          shot.stepCount(),
          shot.segments().segments().size());
    }
  }

  /** The line of a plan. */
  public static PlanJson of(StoryPlan plan, long workerBytes, Optional<Duration> estimate) {
    ModelCard.Identity model = plan.model().identity();
    RoomNeed room = RoomNeed.of(plan);
    return new PlanJson(
        plan.story().name(),
        model.name(),
        model.version(),
        model.digest().hex(),
        plan.frameCount(),
        plan.filmSeconds(),
        plan.story().size().width(),
        plan.story().size().height(),
        plan.renderedSize().width(),
        plan.renderedSize().height(),
        plan.story().frameRate().fraction(),
        Seed.text(plan.story().seed()),
        plan.latentFrameCount(),
        plan.chunkCount(),
        plan.stepCount(),
        plan.segmentCount(),
        workerBytes,
        room.artifacts(),
        room.film(),
        estimate.map(time -> time.toMillis() / 1000.0).orElse(null),
        plan.shots().stream().map(Shot::of).toList());
  }
}

package dev.longtake.model;

import static dev.longtake.error.Require.require;

import dev.longtake.plan.Chunk;
import dev.longtake.plan.ModelCard;
import dev.longtake.plan.ShotPlan;
import dev.longtake.plan.StoryPlan;
import dev.longtake.story.FrameSize;

/**
 * What a worker holds at most while it renders.
 *
 * @param size of frames as they are rendered
 * @param latentFrameCount of the longest chunk
 * @param references that come before a chunk's latent frames
 * @param segmentFrames latent frames of the longest segment, its halo included
 * @param prompts conditions that are prepared at one time
 */
public record RenderLoad(
    FrameSize size, int latentFrameCount, int references, int segmentFrames, int prompts) {

  public RenderLoad {
    require(latentFrameCount > 0 && segmentFrames > 0, "a load without latent frames");
    require(references >= 0 && prompts > 0, "a load without prompts");
  }

  /** One shot of so many latent frames, rendered as the checkpoint's card wants to be used. */
  static RenderLoad of(ModelCard card, FrameSize size, int latentFrameCount) {
    int segment = card.segmentPolicy().latentFrameCount() + card.segmentPolicy().halo();
    return new RenderLoad(
        size,
        Math.min(latentFrameCount, card.chunkPolicy().latentFrameCount()),
        card.conditioning().referenceCountMax(),
        Math.min(latentFrameCount, segment),
        card.sampling().isGuided() ? 2 : 1);
  }

  /** The most demanding of a story's shots. */
  public static RenderLoad of(StoryPlan plan) {
    int frames = 1;
    int references = 0;
    int prompts = 1;
    for (ShotPlan shot : plan.shots()) {
      var lengths = shot.chunks().chunks().stream().mapToInt(Chunk::latentFrameCount);
      frames = Math.max(frames, lengths.max().orElse(1));
      references = Math.max(references, shot.inputs().prompt().references().size());
      prompts = Math.max(prompts, shot.inputs().sampling().isGuided() ? 2 : 1);
    }
    int segment = plan.model().segmentPolicy().latentFrameCount();
    return new RenderLoad(
        plan.renderedSize(),
        frames,
        references,
        segment + plan.model().segmentPolicy().halo(),
        prompts);
  }
}

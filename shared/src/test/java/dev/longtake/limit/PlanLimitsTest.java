package dev.longtake.limit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.longtake.error.ErrorCode;
import dev.longtake.error.LongtakeException;
import dev.longtake.latent.LatentLimits;
import dev.longtake.latent.Slab;
import dev.longtake.latent.SlabCodec;
import dev.longtake.picture.PictureLimits;
import dev.longtake.plan.ChunkPolicy;
import dev.longtake.plan.LatentGeometry;
import dev.longtake.plan.ModelCard;
import dev.longtake.plan.Sampling;
import dev.longtake.plan.SegmentPolicy;
import dev.longtake.plan.Solver;
import dev.longtake.plan.StoryPlan;
import dev.longtake.story.FrameRate;
import dev.longtake.story.FrameSize;
import dev.longtake.story.RenderSettings;
import dev.longtake.story.Story;
import dev.longtake.testing.TestModel;
import dev.longtake.testing.TestStories;
import java.util.List;
import org.junit.jupiter.api.Test;

class PlanLimitsTest {

  private static final FrameSize LARGE = new FrameSize(4096, 2160);
  private static final long ARTIFACT_BYTES_MAX = WireLimits.ARTIFACT_BYTES_MAX;

  @Test
  void require_largestFramesWithFiveSharedLatentFrames_passes() {
    StoryPlan plan = plan(LARGE, 200, 5, 4, 16);

    assertThatCode(() -> PlanLimits.require(plan, ARTIFACT_BYTES_MAX)).doesNotThrowAnyException();
    assertThat(PlanLimits.slabBytes(plan, plan.shots().getFirst()))
        .isEqualTo(
            SlabCodec.encode(new Slab(5, 16, 270, 512, new float[5 * 16 * 270 * 512])).length)
        .isLessThan(LatentLimits.SLAB_BYTES_MAX);
  }

  @Test
  void require_overlapThatNoMessageCarries_namesShotAndLimit() {
    refused(
        plan(LARGE, 200, 5, 4, 64),
        "shot first: expected overlaps of two chunks of at most 64 MiB, found 85 MiB at 4096x2160"
            + " with model large: choose a smaller size or split the shot");
  }

  @Test
  void require_shotWhoseLatentsNoArtifactHolds_namesShotAndLimit() {
    refused(
        plan(LARGE, 2000, 5, 4, 16),
        "shot first: expected latents of at most 2047 MiB, found 4228 MiB at 4096x2160 with model"
            + " large: choose a smaller size or split the shot");
  }

  @Test
  void require_segmentThatNoArrayHolds_namesShotAndLimit() {
    refused(
        plan(LARGE, 200, 5, 24, 16),
        "shot first: expected frames decoded in one go of at most 2047 MiB, found 2430 MiB at"
            + " 4096x2160 with model large: choose a smaller size or split the shot");
  }

  @Test
  void require_coordinatorThatTakesLess_isAsked() {
    StoryPlan plan = plan(LARGE, 200, 5, 4, 16);

    assertThatThrownBy(() -> PlanLimits.require(plan, 100 << 20))
        .hasMessageContaining("latents of at most 100 MiB");
  }

  @Test
  void require_anyStoryOfTheExamplesSize_passes() {
    StoryPlan plan = StoryPlan.of(TestStories.story(), TestStories.model(), "test-f32-1");

    assertThatCode(() -> PlanLimits.require(plan, ARTIFACT_BYTES_MAX)).doesNotThrowAnyException();
    assertThat(PlanLimits.notes(plan)).isEmpty();
  }

  /**
   * 15 latent frames and two pictures at 1080p fit, at 4096x2160 they do not; the story goes on
   * without.
   */
  @Test
  void keepsCheckpoints_dependsOnTheSize() {
    StoryPlan small = plan(new FrameSize(1920, 1088), 200, 5, 4, 16);
    StoryPlan large = plan(LARGE, 200, 5, 4, 16);

    assertThat(PlanLimits.keepsCheckpoints(small, small.shots().getFirst())).isTrue();
    assertThat(PlanLimits.keepsCheckpoints(large, large.shots().getFirst())).isFalse();
    assertThat(PlanLimits.notes(large))
        .containsExactly(
            "shot first: its chunks are too large to keep their state (574 MiB, at most 256 MiB); a"
                + " lost worker's begin anew");
  }

  @Test
  void messages_ofEitherSide_carryWhateverALimitLetsPass() {
    assertThat(WireLimits.MESSAGE_BYTES_MAX)
        .isGreaterThan(PictureLimits.WORLD_BYTES_MAX)
        .isGreaterThan(LatentLimits.CHECKPOINT_BYTES_MAX)
        .isGreaterThan(LatentLimits.SLAB_BYTES_MAX)
        .isEqualTo(320 << 20);
  }

  private static void refused(StoryPlan plan, String message) {
    assertThatThrownBy(() -> PlanLimits.require(plan, ARTIFACT_BYTES_MAX))
        .hasMessage(message)
        .isInstanceOfSatisfying(
            LongtakeException.class,
            failure -> assertThat(failure.code()).isEqualTo(ErrorCode.STORY_INVALID));
  }

  private static StoryPlan plan(
      FrameSize size, int frameCount, int overlap, int segmentLatentFrames, int channels) {
    ModelCard model =
        TestModel.named("large")
            .geometry(new LatentGeometry(channels, 8, 4, 2, 2))
            .size(size)
            .sampling(new Sampling(50, 5.0, 5.0, Solver.UNIPC, 0))
            .conditioning(new ModelCard.Conditioning(512, 2, ""))
            .chunks(new ChunkPolicy(15, overlap))
            .segments(new SegmentPolicy(segmentLatentFrames, 1))
            .card();
    Story plain = TestStories.story();
    Story story =
        new Story(
            "Large",
            plain.world(),
            size,
            FrameRate.of(24),
            7,
            List.of(TestStories.shot("first", "park", List.of("rosie"), frameCount)),
            List.of(),
            RenderSettings.DEFAULT);
    return StoryPlan.of(story, model, "test-f32-1");
  }
}

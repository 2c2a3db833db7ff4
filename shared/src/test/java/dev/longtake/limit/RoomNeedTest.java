package dev.longtake.limit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.longtake.error.ErrorCode;
import dev.longtake.error.LongtakeException;
import dev.longtake.frames.FrameRun;
import dev.longtake.frames.FramesCodec;
import dev.longtake.plan.StoryPlan;
import dev.longtake.testing.TestStories;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** One shot of 57 frames (four chunks, 15 latent frames, 21 with overlaps) and one of 9 (three). */
class RoomNeedTest {

  private static final int LATENT_FRAME_BYTES = 4 * 2 * 4 * 4;
  private static final int FRAME_BYTES = 3 * 32 * 32;

  private final StoryPlan plan =
      StoryPlan.of(TestStories.story("rosie", 57, 9), TestStories.MODEL, TestStories.ENGINE_CLASS);

  @Test
  void of_storyOfWhichNothingIsThere_countsAll() {
    RoomNeed need = RoomNeed.of(plan);

    assertThat(need.latents()).isEqualTo((21 + 15 + 3 + 3) * LATENT_FRAME_BYTES);
    assertThat(need.checkpoints())
        .isEqualTo(
            2 * 4 * PlanLimits.checkpointBytes(plan, plan.shots().get(0))
                + 2 * PlanLimits.checkpointBytes(plan, plan.shots().get(1)));
    assertThat(need.frames()).isEqualTo((57 + 9) * FRAME_BYTES);
    assertThat(need.film()).isEqualTo(2 * (long) (66 / 8.0 * 400_000 / 8));
    assertThat(need.artifacts())
        .isEqualTo(need.latents() + need.checkpoints() + need.frames() + need.film());
  }

  @Test
  void of_storyOfWhichShotsAreThere_countsTheOthers() {
    RoomNeed need = RoomNeed.of(plan, Set.of(0));

    assertThat(need.latents()).isEqualTo((3 + 3) * LATENT_FRAME_BYTES);
    assertThat(need.frames()).isEqualTo(9 * FRAME_BYTES);
    assertThat(need.film()).isEqualTo(RoomNeed.of(plan).film());
  }

  /** It is an upper bound also of frames that do not compress at all. */
  @Test
  void frames_ofNoise_takeNoMore() {
    byte[] noise = new byte[57 * FRAME_BYTES];
    new SplittableRandom(1).nextBytes(noise);

    assertThat(FramesCodec.encode(new FrameRun(32, 32, 57, noise)).length)
        .isLessThan(noise.length + 1024);
  }

  @Test
  void requireArtifacts_tooLittleRoom_saysForWhatAndHowMuch() {
    RoomNeed need = new RoomNeed(3L << 20, 2L << 20, 10L << 20, 1L << 20);

    assertThatCode(() -> need.requireArtifacts(16L << 20)).doesNotThrowAnyException();
    assertThatThrownBy(() -> need.requireArtifacts((16L << 20) - 1))
        .isInstanceOfSatisfying(
            LongtakeException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.LIMIT_REACHED))
        .hasMessage(
            "artifacts: expected room for 16 MiB at most (latents 3, checkpoints 2, frames 10, film"
                + " 1), found 15 MiB free: make room, or choose a smaller size or fewer shots");
  }
}

package dev.longtake.plan;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class SegmentPlanTest {

  @ParameterizedTest(name = "seed {0}")
  @MethodSource("dev.longtake.testing.Seeds#many")
  void of_anyShot_keepsEveryFrameOnce(long seed) {
    var random = new SplittableRandom(seed);
    int frameCount = random.nextInt(1, 3_000);
    int temporalFactor = random.nextInt(1, 9);
    var policy = new SegmentPolicy(random.nextInt(1, 20), random.nextInt(1, 20));

    SegmentPlan plan = SegmentPlan.of(frameCount, temporalFactor, policy);

    assertThat(plan.frameCount()).isEqualTo(frameCount);
    int frame = 0;
    int latentFrame = 0;
    for (Segment segment : plan.segments()) {
      assertThat(segment.firstFrame()).isEqualTo(frame);
      assertThat(segment.firstLatentFrame()).isEqualTo(latentFrame);
      assertThat(segment.halo()).isEqualTo(Math.min(policy.halo(), latentFrame));
      assertThat(segment.frameCount()).isLessThanOrEqualTo(decoded(segment, temporalFactor));
      frame += segment.frameCount();
      latentFrame = segment.endLatentFrame();
    }
    assertThat(latentFrame).isEqualTo(Times.latentFrameCount(frameCount, temporalFactor));
  }

  /** Frames that a decoder gives for the segment's own latent frames: one for the shot's first. */
  private static int decoded(Segment segment, int temporalFactor) {
    int lessForTheFirst = segment.firstLatentFrame() == 0 ? temporalFactor - 1 : 0;
    return segment.latentFrameCount() * temporalFactor - lessForTheFirst;
  }

  @Test
  void of_thirtyFramesInWan_endsWithAShortSegment() {
    assertThat(SegmentPlan.of(30, 4, new SegmentPolicy(4, 2)).segments())
        .containsExactly(
            new Segment(0, 0, 4, 0, 0, 13),
            new Segment(1, 4, 4, 2, 13, 16),
            new Segment(2, 8, 1, 2, 29, 1));
  }

  @Test
  void latentFrameCount_ofFrames_roundsUp() {
    assertThat(Times.latentFrameCount(1, 4)).isEqualTo(1);
    assertThat(Times.latentFrameCount(2, 4)).isEqualTo(2);
    assertThat(Times.latentFrameCount(5, 4)).isEqualTo(2);
    assertThat(Times.latentFrameCount(81, 4)).isEqualTo(21);
    assertThat(Times.frameCount(21, 4)).isEqualTo(81);
    assertThat(Times.frameCount(0, 4)).isZero();
  }
}

package dev.longtake.coordinator.film;

import static org.assertj.core.api.Assertions.assertThat;

import dev.longtake.consistency.FrameChanges;
import dev.longtake.coordinator.film.SeamMeter.SeamReport;
import dev.longtake.plan.ShotPlan;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class SeamMeterTest {

  /** 41 frames are 11 latent frames: chunks [0,6) and [5,11), which meet at latent frame 6. */
  private static final FrameChanges NOTHING = new FrameChanges(41);

  private static final ShotPlan SHOT = TestFootage.plan(41).shots().getFirst();

  /** The left chunk owns the one shared latent frame, so the right one's first frame is 21. */
  private static final int SEAM = 21;

  private static double[] evenMotion() {
    double[] differences = new double[40];
    Arrays.fill(differences, 2.0);
    return differences;
  }

  @Test
  void measure_evenMotion_isOne() {
    SeamReport report = SeamMeter.measure(SHOT, 4, evenMotion(), NOTHING);

    assertThat(report.seamRatios()).containsExactly(1.0);
    assertThat(report.motion()).isEqualTo(2.0);
  }

  @Test
  void measure_jumpAtTheSeam_isFound() {
    double[] differences = evenMotion();
    differences[SEAM - 1] = 7.0;

    assertThat(SeamMeter.measure(SHOT, 4, differences, NOTHING).seamRatios()).containsExactly(3.5);
  }

  @Test
  void measure_jumpBesideTheSeam_isNotBlamedOnIt() {
    double[] differences = evenMotion();
    differences[SEAM] = 7.0;

    assertThat(SeamMeter.measure(SHOT, 4, differences, NOTHING).seamRatios()).containsExactly(1.0);
  }

  /** A model whose picture jumps at every latent frame: the boundary is no worse than the rest. */
  @Test
  void measure_jumpAtEveryLatentFrame_isNotBlamedOnTheSeamByTheStepRatio() {
    double[] differences = evenMotion();
    for (int frame = 1; frame <= 40; frame += 4) {
      differences[frame - 1] = 8.0;
    }

    SeamReport report = SeamMeter.measure(SHOT, 4, differences, NOTHING);

    assertThat(report.seamRatios()).containsExactly(4.0);
    assertThat(report.stepRatios()).containsExactly(1.0);
  }

  @Test
  void measure_stillPicture_givesNoRatio() {
    assertThat(SeamMeter.measure(SHOT, 4, new double[40], NOTHING).seamRatios()).isEmpty();
  }
}

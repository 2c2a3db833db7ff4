package dev.longtake.consistency;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SpectrumTest {

  private static double[][] swinging(int period) {
    double[][] parts = new double[1][60];
    for (int i = 0; i < parts[0].length; i++) {
      parts[0][i] = 100 + 5 * Math.cos(2 * Math.PI * i / period);
    }
    return parts;
  }

  @Test
  void pulse_ofWhatSwingsInThePeriod_isHigh() {
    assertThat(Spectrum.pulse(swinging(12), 12).orElseThrow()).isGreaterThan(3);
  }

  /** Boundaries in one place, as a damaged manifest may have them. */
  @ParameterizedTest
  @ValueSource(doubles = {-1, 0, 0.5})
  void pulse_ofAPeriodBelowAFrame_isNotKnown(double period) {
    assertThat(Spectrum.pulse(swinging(12), period)).isEmpty();
  }
}

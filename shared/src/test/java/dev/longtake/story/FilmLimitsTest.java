package dev.longtake.story;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FilmLimitsTest {

  @ParameterizedTest
  @CsvSource({"256, 160, 60", "4096, 2304, 56", "3840, 2160, 60", "2560, 1568, 60", "16, 16, 1"})
  void fault_withinTheLevel_isNone(int width, int height, int rate) {
    assertThat(FilmLimits.fault(new FrameSize(width, height), FrameRate.of(rate))).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "4096, 4096, 24, 'at most 36,864 blocks'",
    "4096, 2320, 1, 'at most 36,864 blocks'",
    "4096, 2304, 57, 'at most 56 frames a second of 4096x2304'",
    "4096, 2176, 60, 'at most 59 frames a second'",
  })
  void fault_beyondTheLevel_saysTheLimit(int width, int height, int rate, String said) {
    assertThat(FilmLimits.fault(new FrameSize(width, height), FrameRate.of(rate)))
        .get()
        .asString()
        .contains(said);
  }

  /** 59.94 fits where 60 does not. */
  @Test
  void fault_ofAnNtscRate_isThatOfTheExactRate() {
    FrameRate rate = FrameRate.parse("59.94").orElseThrow();
    FrameSize size = new FrameSize(4096, 2160);
    FrameSize larger = new FrameSize(4096, 2176);

    assertThat(FilmLimits.fault(size, rate)).isEmpty();
    assertThat(FilmLimits.fault(larger, rate))
        .get()
        .asString()
        .contains("at most 59 frames a second of 4096x2176", "found 59.94");
    assertThat(FilmLimits.bitRate(new FrameSize(640, 368), FrameRate.parse("23.976").orElseThrow()))
        .isEqualTo((long) (6_782_976 / 1.001));
  }

  @ParameterizedTest
  @CsvSource({
    "256, 160, 8, 400000",
    "640, 368, 24, 6782976",
    "3840, 2160, 60, 240000000",
  })
  void bitRate_ofAnySize_staysWithinTheLevel(int width, int height, int rate, long expected) {
    assertThat(FilmLimits.bitRate(new FrameSize(width, height), FrameRate.of(rate)))
        .isEqualTo(expected);
  }
}

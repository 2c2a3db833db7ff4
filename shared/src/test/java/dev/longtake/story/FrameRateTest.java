package dev.longtake.story;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class FrameRateTest {

  @ParameterizedTest
  @CsvSource({
    "8, 8",
    "24.0, 24",
    "2.4e1, 24",
    "48/2, 24",
    "23.976, 24000/1001",
    "23.98, 24000/1001",
    "23.97, 24000/1001",
    "23.9760, 24000/1001",
    "23.976023976023978, 24000/1001",
    "24000/1001, 24000/1001",
    "24000 / 1001, 24000/1001",
    "48000/2002, 24000/1001",
    "29.97, 30000/1001",
    "29.970, 30000/1001",
    "29.97003, 30000/1001",
    "30000/1001, 30000/1001",
    "47.952, 48000/1001",
    "59.94, 60000/1001",
    "59.94006, 60000/1001",
    "14.985, 15000/1001",
    "11.988, 12000/1001",
    "25000/1001, 25000/1001",
  })
  void parse_asPeopleWriteIt_isExact(String text, String expected) {
    assertThat(FrameRate.parse(text)).map(FrameRate::fraction).contains(expected);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "0",
        "61",
        "-24",
        "12.5",
        "23.9",
        "29.9",
        "23.99",
        "29.9701",
        "2997/100",
        "24000/1000.5",
        "24/0",
        "0/1",
        "24001/1001",
        "61000/1001",
        "119.88",
        "4294967320",
        "23,976",
        "24fps",
        "nan"
      })
  void parse_ofAnythingElse_isEmpty(String text) {
    assertThat(FrameRate.parse(text)).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "24000/1001, 23.976",
    "30000/1001, 29.97",
    "60000/1001, 59.94",
    "48000/1001, 47.952",
    "20, 20"
  })
  void toString_ofAnyRate_isItsName(String fraction, String name) {
    FrameRate rate = FrameRate.parse(fraction).orElseThrow();

    assertThat(rate).hasToString(name);
    assertThat(FrameRate.parse(name)).contains(rate);
  }

  /** An hour of 23.976 is 86,314 frames (86,313.69), not 86,400. */
  @Test
  void frames_ofAnNtscRate_areThoseOfTheExactRate() {
    FrameRate rate = FrameRate.parse("23.976").orElseThrow();

    assertThat(rate.frames(Duration.ofSeconds(2))).isEqualTo(48);
    assertThat(rate.frames(Duration.ofMinutes(1))).isEqualTo(1439);
    assertThat(rate.frames(Duration.ofHours(1))).isEqualTo(86_314);
    assertThat(rate.isWhole(Duration.ofSeconds(1))).isFalse();
    assertThat(rate.isWhole(Duration.ofSeconds(1001))).isTrue();
    assertThat(rate.seconds(24_000)).isEqualTo(1001);
    assertThat(rate.nominalHz()).isEqualTo(24);
  }

  @Test
  void new_ofAnotherFraction_isRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new FrameRate(25, 2))
        .withMessage("frameRate: expected 1 to 60, whole or a multiple of 1000/1001, found 25/2");
    assertThat(new FrameRate(48_000, 2002)).isEqualTo(new FrameRate(24_000, 1001));
  }
}

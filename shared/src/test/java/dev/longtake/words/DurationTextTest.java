package dev.longtake.words;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DurationTextTest {

  @ParameterizedTest
  @CsvSource({
    "6s, PT6S",
    "6 s, PT6S",
    "6sec, PT6S",
    "6 seconds, PT6S",
    "0.5s, PT0.5S",
    "500ms, PT0.5S",
    "1m30s, PT1M30S",
    "1m 30s, PT1M30S",
    "2 min, PT2M",
    "1.5h, PT1H30M",
    "1H, PT1H",
    "2.541666667s, PT2.541666667S",
  })
  void parse_asPeopleWriteIt_isExact(String text, Duration expected) {
    assertThat(DurationText.parse(text)).contains(expected);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", " ", "6", "s", "-6s", "1s2m", "1s1s", "1e3s", "6 x", "0.0000000001s", "6 s ."})
  void parse_ofAnythingElse_isEmpty(String text) {
    assertThat(DurationText.parse(text)).isEmpty();
  }

  @Test
  void ofSeconds_beyondTime_isEmpty() {
    assertThat(DurationText.ofSeconds(new BigDecimal("1e30"))).isEmpty();
    assertThat(DurationText.ofSeconds(BigDecimal.ONE.negate())).isEmpty();
    assertThat(DurationText.ofSeconds(new BigDecimal("1e2"))).contains(Duration.ofSeconds(100));
  }

  @ParameterizedTest
  @CsvSource({"PT1M30S, 1m30s", "PT0.25S, 250ms", "PT0.0001S, 0.0001s", "PT0S, 0s"})
  void format_ofAnyDuration_canBeReadAgain(Duration duration, String expected) {
    assertThat(DurationText.format(duration)).isEqualTo(expected);
    assertThat(DurationText.parse(expected)).contains(duration);
  }

  @ParameterizedTest
  @CsvSource({
    "PT0S,0 s",
    "PT0.25S,250 ms",
    "PT2.5S,2.5 s",
    "PT3S,3 s",
    "PT3.04S,3 s",
    "PT9.96S,10 s",
    "PT15S,15 s",
    "PT59.4S,59 s",
    "PT59.6S,1 min 00 s",
    "PT1M5S,1 min 05 s",
    "PT59M59S,59 min 59 s",
    "PT2H3M,2 h 03 min",
    "PT50H,50 h 00 min"
  })
  void said_duration_isAsPeopleSayIt(Duration duration, String expected) {
    assertThat(DurationText.said(duration)).isEqualTo(expected);
  }

  /** Tenths are rounded before they are split: no second is the sixtieth. */
  @ParameterizedTest
  @CsvSource({"0, 0:00.0", "7.5, 0:07.5", "59.94, 0:59.9", "59.97, 1:00.0", "4500, 75:00.0"})
  void clock_ofSeconds_isMinutesSecondsAndTenths(double seconds, String said) {
    assertThat(DurationText.clock(seconds)).isEqualTo(said);
  }
}

package dev.longtake.words;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DurationTextTest {

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
}

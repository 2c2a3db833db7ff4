package dev.longtake.words;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigInteger;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class NumberTextTest {

  @ParameterizedTest
  @CsvSource({
    "24, 24",
    "24.0, 24",
    "24., 24",
    "+7, 7",
    "-1, -1",
    "007, 7",
    "0.0, 0",
    "1e3, 1000",
    "2.5E1, 25",
    "18446744073709551615, 18446744073709551615",
    "18446744073709551615.0, 18446744073709551615",
  })
  void whole_ofAWholeNumber_isIt(String text, BigInteger expected) {
    assertThat(NumberText.whole(text)).contains(expected);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "", "24.5", "1e-3", "0x10", "1_000", "1,000", "24 ", "--1", ".", "e3", "nan", "２４"
      })
  void whole_ofAnythingElse_isEmpty(String text) {
    assertThat(NumberText.whole(text)).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({".5, 0.5", "2.50, 2.5", "-0.25, -0.25"})
  void decimal_ofANumber_isExact(String text, String expected) {
    assertThat(NumberText.decimal(text))
        .get()
        .usingComparator(java.math.BigDecimal::compareTo)
        .isEqualTo(new java.math.BigDecimal(expected));
  }
}

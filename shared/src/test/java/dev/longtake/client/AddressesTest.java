package dev.longtake.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AddressesTest {

  @Test
  void parse_ofOneOrSeveral_takesThemInTheirOrder() {
    assertThat(Addresses.parse("a:1").all()).containsExactly(new Address("a", 1));
    assertThat(Addresses.parse("10.0.0.1:7470, [::1]:7471,c:1").all())
        .containsExactly(
            new Address("10.0.0.1", 7470), new Address("::1", 7471), new Address("c", 1));
  }

  @Test
  void toString_ofSeveral_isReadAgain() {
    Addresses some = Addresses.parse("a:1,[::1]:2");

    assertThat(some).hasToString("a:1,[::1]:2");
    assertThat(Addresses.parse(some.toString())).isEqualTo(some);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "'' | expected HOST:PORT, found \"\"",
        "a:1, | expected HOST:PORT, found \"\"",
        "a | expected HOST:PORT, found \"a\"",
        "a:b | expected HOST:PORT, found \"a:b\"",
        "::1:2 | expected HOST:PORT, found \"::1:2\"",
        "a:65536 | expected a port of 1 to 65535, found 65536",
        "a:1,b:2,a:1 | expected each address once, found a:1,b:2,a:1",
        "a:1,a:2,a:3,a:4,a:5,a:6,a:7,a:8,a:9,b:1,b:2,b:3,b:4,b:5,b:6,b:7,b:8"
            + " | expected 1 to 16 addresses, found 17",
      })
  void parse_ofSomethingElse_saysWhatIsWrong(String text, String message) {
    assertThatThrownBy(() -> Addresses.parse(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(message);
  }
}

package dev.longtake.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AddressesTest {

  @Test
  void parse_addresses_areInTheirOrder() {
    assertThat(Addresses.parse(" b:1,10.0.0.1:65535 ,a.example:7474"))
        .contains(new Addresses(List.of("b:1", "10.0.0.1:65535", "a.example:7474")));
    assertThat(Addresses.parse("  ")).contains(Addresses.NONE);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"a", "a:", ":1", "a:0", "a:65536", "a:b", "a:1,", ",", "a b:1", "a:1 b:2"})
  void parse_anythingElse_isEmpty(String text) {
    assertThat(Addresses.parse(text)).isEmpty();
  }

  @Test
  void toString_ofAny_isReadAgain() {
    var addresses = new Addresses(List.of("a:1", "b:2"));

    assertThat(Addresses.parse(addresses.toString())).contains(addresses);
  }
}

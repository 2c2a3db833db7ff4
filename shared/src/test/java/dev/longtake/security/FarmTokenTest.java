package dev.longtake.security;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.security.SecureRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FarmTokenTest {

  private final FarmToken token = FarmToken.draw(new SecureRandom());

  @Test
  void parse_itsOwnText_isTheSame() {
    assertThat(FarmToken.parse(token.secret())).contains(token);
    assertThat(FarmToken.read("file", token.secret() + "\n")).isEqualTo(token);
  }

  @Test
  void toString_ofAToken_hasItsIdAlone() {
    assertThat(token).hasToString("longtake_" + token.id() + "_***");
    assertThat(token.secret()).hasSize(86).startsWith("longtake_" + token.id());
  }

  @Test
  void hasDigest_ofAnotherWithTheSameId_isFalse() {
    String other = token.secret().substring(0, 85) + (token.secret().endsWith("0") ? "1" : "0");

    assertThat(FarmToken.parse(other).orElseThrow().hasDigest(token.digest())).isFalse();
    assertThat(token.hasDigest(token.digest())).isTrue();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "longtake_", "longtake_0f3a9c21be47_secret", "Bearer x", "ä"})
  void read_somethingElse_isNotRepeated(String text) {
    assertThatThrownBy(() -> FarmToken.read("LONGTAKE_TOKEN", text))
        .hasMessage(
            "LONGTAKE_TOKEN: expected a token of longtake tokens create, found something else");
  }
}

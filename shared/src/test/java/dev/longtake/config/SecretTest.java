package dev.longtake.config;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class SecretTest {

  private record Login(String user, Secret password) {}

  @Test
  void toString_ofASecretAndWhatHoldsIt_isMasked() {
    Secret secret = new Secret("sesame");

    assertThat(secret.value()).isEqualTo("sesame");
    assertThat(secret).hasToString("***");
    assertThat(new Login("rosie", secret)).hasToString("Login[user=rosie, password=***]");
    assertThat("%s".formatted(secret)).isEqualTo("***");
  }

  @Test
  void equals_ofSecrets_comparesWhatTheyHide() {
    assertThat(new Secret("sesame"))
        .isEqualTo(new Secret("sesame"))
        .hasSameHashCodeAs(new Secret("sesame"))
        .isNotEqualTo(new Secret("sesamo"));
  }
}

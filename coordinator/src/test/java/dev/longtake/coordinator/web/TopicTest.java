package dev.longtake.coordinator.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TopicTest {

  @Test
  void chunk_ofAnAddress_isItsNumbers() {
    assertThat(Topic.Chunk.of("1", "20")).contains(new Topic.Chunk(1, 20));
    assertThat(Topic.Chunk.of("1", null)).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "x", "-1", "1.5", "99999999999"})
  void chunk_ofWhatIsNoNumber_saysWhatWasExpected(String text) {
    assertThatThrownBy(() -> Topic.Chunk.of("0", text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("shot, chunk: expected numbers from 0, found \"0\", \"%s\"", text);
  }

  @Test
  void call_ofTheTenants_isTheOneThatTellsTheSame() {
    assertThat(Topic.of("tenants", "", Optional.empty()).orElseThrow().call())
        .isEqualTo("longtake.v1.FleetService/ListTenants");
  }
}

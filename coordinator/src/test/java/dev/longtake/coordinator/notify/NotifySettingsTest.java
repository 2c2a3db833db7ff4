package dev.longtake.coordinator.notify;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.EnumSet;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class NotifySettingsTest {

  @Test
  void addresses_areShownWithoutWhatMayBeSecretInThem() {
    Optional<WebAddresses> addresses =
        WebAddresses.parse("https://chat.example/hooks/T0/s3cret, http://10.0.0.5:8080/farm");

    assertThat(addresses).map(it -> it.list().size()).contains(2);
    assertThat(addresses)
        .map(WebAddresses::toString)
        .contains("https://chat.example/***, http://10.0.0.5/***");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "chat.example/hooks",
        "ftp://chat.example",
        "https://",
        "https://user:password@chat.example",
        "https://a b",
        "https://chat.example,,"
      })
  void addresses_thatAreNone_areRefused(String text) {
    assertThat(WebAddresses.parse(text)).isEmpty();
  }

  @Test
  void occasions_ofWords_areThoseAndNoOthers() {
    assertThat(Occasions.parse("all")).contains(new Occasions(EnumSet.allOf(Occasion.class)));
    assertThat(Occasions.parse("story-failed, story-cancelled"))
        .map(Occasions::toString)
        .contains("story-failed, story-cancelled");
    assertThat(Occasions.parse("story-failed, story-lost")).isEmpty();
    assertThat(Occasions.parse("")).isEmpty();
  }
}

package dev.longtake.coordinator.web.door;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class GuardTest {

  private static final Guard OWN = new Guard(false);

  private static Map<String, String> headers() {
    return new HashMap<>(
        Map.of(
            Guard.HEADER,
            "1",
            "Host",
            "127.0.0.1:7472",
            "Origin",
            "http://127.0.0.1:7472",
            "Sec-Fetch-Site",
            "same-origin"));
  }

  @Test
  void changeRefusal_ownPage_isNone() {
    assertThat(OWN.changeRefusal(headers()::get)).isEmpty();
  }

  @Test
  void changeRefusal_commandWithoutABrowser_isNone() {
    assertThat(OWN.changeRefusal(Map.of(Guard.HEADER, "1")::get)).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "Origin, http://evil.example",
    "Origin, null",
    "Origin, http://127.0.0.1:7471",
    "Sec-Fetch-Site, cross-site",
    "Sec-Fetch-Site, same-site",
    "X-Longtake-Request, ''"
  })
  void changeRefusal_otherSite_saysWhy(String header, String value) {
    Map<String, String> sent = headers();
    sent.put(header, value);

    assertThat(OWN.changeRefusal(sent::get).orElseThrow()).startsWith(header + ": expected");
  }

  @Test
  void changeRefusal_readOnly_isAlways() {
    assertThat(new Guard(true).changeRefusal(headers()::get)).isPresent();
  }

  @ParameterizedTest
  @CsvSource({
    "localhost:7472, true",
    "127.0.0.1:1, true",
    "[::1]:7472, true",
    "localhost, true",
    "evil.example:7472, false",
    "127.0.0.1.evil.example, false",
    "'', false"
  })
  void refusal_onThisMachine_isThatOfForeignNames(String host, boolean isServed) {
    assertThat(OWN.refusal(host).isEmpty()).isEqualTo(isServed);
    assertThat(new Guard(true).refusal(host)).isEmpty();
  }
}

package dev.longtake.coordinator.web;

import dev.longtake.config.EmptyWord;
import dev.longtake.config.Loopback;
import dev.longtake.config.Ranges;
import dev.longtake.words.DurationText;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * Where the dashboard is shown.
 *
 * @param host to listen on; nothing is encrypted
 * @param port 0 for any free one; empty for nowhere
 * @param drafts how often a shot's draft is made anew while somebody looks; empty for never
 */
public record WebSettings(
    String host, @EmptyWord("off") OptionalInt port, @EmptyWord("off") Optional<Duration> drafts) {

  private static final Duration DRAFTS_MIN = Duration.ofSeconds(1);

  public WebSettings {
    new Ranges()
        .that("host", !host.isBlank(), "a host name or address", "\"" + host + "\"")
        .between("port", port, 0, 65_535)
        .that(
            "drafts",
            drafts.filter(it -> it.compareTo(DRAFTS_MIN) < 0).isEmpty(),
            "at least " + DurationText.said(DRAFTS_MIN),
            drafts.map(DurationText::said).orElse(""))
        .check();
  }

  /** Whether others than this machine may reach it: then it changes nothing. */
  boolean isReadOnly() {
    return !Loopback.is(host);
  }
}

package dev.longtake.coordinator.web;

import dev.longtake.config.EmptyWord;
import dev.longtake.config.Loopback;
import dev.longtake.config.Ranges;
import java.util.OptionalInt;

/**
 * Where the dashboard is shown.
 *
 * @param host to listen on; nothing is encrypted
 * @param port 0 for any free one; empty for nowhere
 */
public record WebSettings(String host, @EmptyWord("off") OptionalInt port) {

  public WebSettings {
    new Ranges()
        .that("host", !host.isBlank(), "a host name or address", "\"" + host + "\"")
        .between("port", port, 0, 65_535)
        .check();
  }

  /** Whether others than this machine may reach it: then it changes nothing. */
  boolean isReadOnly() {
    return !Loopback.is(host);
  }
}

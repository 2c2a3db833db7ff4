package dev.longtake.metrics;

import dev.longtake.config.EmptyWord;
import dev.longtake.config.Ranges;
import java.util.OptionalInt;

/**
 * Where metrics are shown.
 *
 * @param host to listen on; nothing is encrypted
 * @param port 0 for any free one; empty for nowhere
 */
public record MetricsAddress(String host, @EmptyWord("off") OptionalInt port) {

  public MetricsAddress {
    new Ranges()
        .that("host", !host.isBlank(), "a host name or address", "\"" + host + "\"")
        .between("port", port, 0, 65_535)
        .check();
  }
}

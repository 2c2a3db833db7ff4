package dev.longtake.client;

import static dev.longtake.error.Require.require;

/** Where a coordinator listens. */
public record Address(String host, int port) {

  /** The port of a coordinator, unless it is told another one. */
  public static final int DEFAULT_PORT = 7470;

  /** Where one on this machine listens, unless it is told another place. */
  public static final String DEFAULT = "127.0.0.1:" + DEFAULT_PORT;

  public Address {
    require(!host.isBlank(), "the host is empty");
    require(port > 0 && port < 1 << 16, "expected a port of 1 to 65535, found %d", port);
  }

  /**
   * {@code HOST:PORT}; an IPv6 address stands in brackets.
   *
   * @throws IllegalArgumentException if it is not
   */
  public static Address parse(String text) {
    int colon = text.lastIndexOf(':');
    try {
      require(colon > 0, "expected HOST:PORT, found \"%s\"", text);
      String host = text.substring(0, colon);
      boolean bracketed = host.startsWith("[") && host.endsWith("]");
      require(bracketed || host.indexOf(':') < 0, "expected HOST:PORT, found \"%s\"", text);
      return new Address(
          bracketed ? host.substring(1, host.length() - 1) : host,
          Integer.parseInt(text.substring(colon + 1)));
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException("expected HOST:PORT, found \"%s\"".formatted(text), e);
    }
  }

  @Override
  public String toString() {
    return (host.indexOf(':') < 0 ? host : "[" + host + "]") + ":" + port;
  }
}

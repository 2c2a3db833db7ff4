package dev.longtake.ops.option;

import static dev.longtake.error.Require.require;

import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Where a coordinator listens. */
public record Address(String host, int port) {

  /** The port of a coordinator, unless it is told another one. */
  public static final int DEFAULT_PORT = 7470;

  static final String DEFAULT = "127.0.0.1:" + DEFAULT_PORT;

  public Address {
    require(!host.isBlank(), "the host is empty");
    require(port > 0 && port < 1 << 16, "expected a port of 1 to 65535, found %d", port);
  }

  /** {@code HOST:PORT}; an IPv6 address stands in brackets. */
  static Address parse(String text) {
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

  /** Reads it on the command line. */
  public static final class Converter implements ITypeConverter<Address> {
    @Override
    public Address convert(String text) {
      try {
        return parse(text);
      } catch (IllegalArgumentException e) {
        throw new TypeConversionException(String.valueOf(e.getMessage()));
      }
    }
  }
}

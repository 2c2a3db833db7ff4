package dev.longtake.client;

import static dev.longtake.error.Require.require;

import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Where the coordinators of one farm listen; any of them will do.
 *
 * @param all at least one, each once
 */
public record Addresses(List<Address> all) {

  private static final int COUNT_MAX = 16;

  public Addresses {
    all = List.copyOf(all);
    require(
        !all.isEmpty() && all.size() <= COUNT_MAX,
        "expected 1 to %d addresses, found %d",
        COUNT_MAX,
        all.size());
    require(
        all.stream().distinct().count() == all.size(),
        "expected each address once, found %s",
        text(all));
  }

  /** One coordinator. */
  public static Addresses of(Address only) {
    return new Addresses(List.of(only));
  }

  /**
   * {@code HOST:PORT}, or several with commas between them.
   *
   * @throws IllegalArgumentException if it is not
   */
  public static Addresses parse(String text) {
    return new Addresses(
        Stream.of(text.split(",", -1)).map(String::strip).map(Address::parse).toList());
  }

  @Override
  public String toString() {
    return text(all);
  }

  private static String text(List<Address> all) {
    return all.stream().map(Address::toString).collect(Collectors.joining(","));
  }
}

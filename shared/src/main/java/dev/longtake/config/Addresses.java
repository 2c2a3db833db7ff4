package dev.longtake.config;

import static dev.longtake.error.Require.require;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Places on a network, each {@code host:port}; written with commas between them, or nothing for
 * none.
 */
public record Addresses(List<String> list) {

  /** No place. */
  public static final Addresses NONE = new Addresses(List.of());

  private static final int PORT_MAX = 65_535;
  private static final Pattern ADDRESS = Pattern.compile("([^\\s:]+):([0-9]{1,5})");

  public Addresses {
    list = List.copyOf(list);
    list.forEach(
        address -> require(isAddress(address), "expected host:port, found \"%s\"", address));
  }

  private static boolean isAddress(String text) {
    Matcher address = ADDRESS.matcher(text);
    return address.matches()
        && Integer.parseInt(address.group(2)) > 0
        && Integer.parseInt(address.group(2)) <= PORT_MAX;
  }

  static Optional<Addresses> parse(String text) {
    List<String> list = new ArrayList<>();
    for (String part : text.isBlank() ? new String[0] : text.split(",", -1)) {
      if (!isAddress(part.strip())) {
        return Optional.empty();
      }
      list.add(part.strip());
    }
    return Optional.of(new Addresses(list));
  }

  @Override
  public String toString() {
    return String.join(", ", list);
  }
}

package dev.longtake.coordinator.notify;

import dev.longtake.config.Form;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Places on the web, each with http or https; written with commas between them, or nothing for
 * none. Shown without their paths: of many the path is a secret.
 */
public record WebAddresses(List<URI> list) {

  /** How they are written. */
  public static final Form<WebAddresses> FORM =
      new Form<>(
          WebAddresses.class,
          "addresses with commas between them, such as \"https://host/path\", or nothing",
          WebAddresses::parse);

  public WebAddresses {
    list = List.copyOf(list);
  }

  static Optional<WebAddresses> parse(String text) {
    List<URI> list = new ArrayList<>();
    for (String part : text.isBlank() ? new String[0] : text.split(",", -1)) {
      Optional<URI> address = address(part.strip());
      if (address.isEmpty()) {
        return Optional.empty();
      }
      list.add(address.get());
    }
    return Optional.of(new WebAddresses(list));
  }

  private static final int PORT_MAX = 65_535;

  private static Optional<URI> address(String text) {
    try {
      var address = new URI(text);
      boolean isWeb = "http".equals(address.getScheme()) || "https".equals(address.getScheme());
      return isWeb
              && address.getPort() <= PORT_MAX
              && address.getHost() != null
              && address.getUserInfo() == null
          ? Optional.of(address)
          : Optional.empty();
    } catch (URISyntaxException e) {
      return Optional.empty();
    }
  }

  @Override
  public String toString() {
    return String.join(
        ", ", list.stream().map(it -> it.getScheme() + "://" + it.getHost() + "/***").toList());
  }
}

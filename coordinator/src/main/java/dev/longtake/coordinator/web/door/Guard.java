package dev.longtake.coordinator.web.door;

import java.net.URI;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Which requests are served. A page of another site that a person has open must not be able to
 * change anything here, or to read what is here under another name. Pure.
 *
 * @param readOnly whether nothing may be changed
 * @param asks whether everybody is asked who it is: then another name that leads here shows
 *     nothing, because a browser keeps the session for the name under which it began
 */
public record Guard(boolean readOnly, boolean asks) {

  /** One of a dashboard that asks nobody who it is. */
  public Guard(boolean readOnly) {
    this(readOnly, false);
  }

  /** Pages of other sites cannot send this without being asked first, which is refused. */
  public static final String HEADER = "X-Longtake-Request";

  private static final Set<String> OWN_NAMES = Set.of("localhost", "127.0.0.1", "[::1]");

  /**
   * Why a request is not answered, in a sentence; empty if it is. On this machine only its own
   * names count, so that no other name can be made to lead here.
   */
  public Optional<String> refusal(String host) {
    String name = host.replaceFirst(":\\d+$", "");
    return asks || readOnly || OWN_NAMES.contains(name)
        ? Optional.empty()
        : Optional.of("Host: expected one of %s, found \"%s\"".formatted(OWN_NAMES, name));
  }

  /**
   * Why a request may change nothing, in a sentence; empty if it may.
   *
   * @param header gives the value of a header, or null
   */
  public Optional<String> changeRefusal(Function<String, @Nullable String> header) {
    if (readOnly) {
      return Optional.of("this dashboard changes nothing: it is reachable from other machines");
    }
    if (!"1".equals(header.apply(HEADER))) {
      return Optional.of(HEADER + ": expected 1, found nothing");
    }
    String site = header.apply("Sec-Fetch-Site");
    if (site != null && !site.equals("same-origin")) {
      return Optional.of("Sec-Fetch-Site: expected same-origin, found \"" + site + "\"");
    }
    String origin = header.apply("Origin");
    String host = header.apply("Host");
    return origin == null || authority(origin).filter(it -> it.equals(host)).isPresent()
        ? Optional.empty()
        : Optional.of("Origin: expected %s, found \"%s\"".formatted(host, origin));
  }

  private static Optional<String> authority(String origin) {
    try {
      return Optional.ofNullable(URI.create(origin).getAuthority());
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }
}

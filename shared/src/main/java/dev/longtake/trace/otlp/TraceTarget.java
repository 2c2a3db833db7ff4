package dev.longtake.trace.otlp;

import static java.util.Objects.requireNonNull;

import dev.longtake.config.Form;
import dev.longtake.trace.Tracing;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.Optional;

/**
 * What takes a farm's traces.
 *
 * @param address with the path; {@code http} or {@code https}
 */
public record TraceTarget(URI address) {

  private static final String PATH = "/v1/traces";
  private static final int PORT_MAX = 65_535;

  /** How it is written: without the path that OTLP has for traces, or with one. */
  public static final Form<TraceTarget> FORM =
      new Form<>(
          TraceTarget.class,
          "an address of OTLP over HTTP, such as http://127.0.0.1:4318",
          TraceTarget::parse);

  public TraceTarget {
    requireNonNull(address, "address");
  }

  static Optional<TraceTarget> parse(String text) {
    try {
      URI given = new URI(text);
      boolean isWeb = "http".equals(given.getScheme()) || "https".equals(given.getScheme());
      if (!isWeb
          || given.getHost() == null
          || given.getPort() > PORT_MAX
          || given.getUserInfo() != null
          || given.getQuery() != null
          || given.getFragment() != null) {
        return Optional.empty();
      }
      boolean isBare = given.getPath().isEmpty() || given.getPath().equals("/");
      return Optional.of(new TraceTarget(isBare ? given.resolve(PATH) : given));
    } catch (URISyntaxException e) {
      return Optional.empty();
    }
  }

  /**
   * Begins to send traces, if there is a target.
   *
   * @param service what the process is, e.g. {@code longtake-worker}
   * @param instance which of them it is
   */
  public static Tracing open(Optional<TraceTarget> target, String service, String instance) {
    if (target.isEmpty()) {
      return Tracing.OFF;
    }
    URI address = target.get().address();
    return OtlpTracing.open(address, service, instance);
  }

  @Override
  public String toString() {
    return address.toString();
  }
}

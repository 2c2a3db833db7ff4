package dev.longtake.wire;

import java.io.IOException;
import java.security.cert.CertificateException;
import java.util.LinkedHashMap;
import java.util.Map;

/** What stands behind a connection that was not made, as a person can use it. */
final class NetworkWords {

  /** What libraries say when the two sides do not fit together, and what it means here. */
  private static final Map<String, String> MEANINGS = new LinkedHashMap<>();

  static {
    MEANINGS.put(
        "not an SSL/TLS record",
        "expected the other side to speak TLS, found that it speaks plaintext: leave --tls away, or"
            + " give the coordinator its folder");
    MEANINGS.put(
        "First received frame was not SETTINGS",
        "expected the other side to speak plaintext, found something else, probably TLS: give --tls"
            + " FOLDER");
    MEANINGS.put(
        "Connection reset",
        "expected the other side to answer, found that it resets the connection; it may have ended,"
            + " or it may speak TLS (--tls FOLDER)");
    MEANINGS.put(
        "CERTIFICATE_EXPIRED",
        "expected the other side to take this certificate, found that it has expired there");
    MEANINGS.put(
        "CERTIFICATE_REQUIRED",
        "expected the other side to let this program in without a certificate, found that it wants"
            + " one: give --tls FOLDER");
    String other =
        "expected the other side to take this certificate, found that it refuses it: it is of"
            + " another authority, or revoked";
    MEANINGS.put("CERTIFICATE_UNKNOWN", other);
    MEANINGS.put("CERTIFICATE_REVOKED", other);
    MEANINGS.put("BAD_CERTIFICATE", other);
    MEANINGS.put("UNKNOWN_CA", other);
    MEANINGS.put("TLSV1_ALERT_INTERNAL_ERROR", other); // What BoringSSL says of most refusals.
  }

  private NetworkWords() {}

  /** What gRPC said of a connection, or the other side of a call. */
  static String of(String description) {
    return description.contains("Network closed for unknown reason")
        ? "no connection: expected the other side to answer, found that it closes the connection;"
            + " it may speak TLS (--tls FOLDER)"
        : description;
  }

  /** What the network said, which gRPC hides behind "io exception", with the address if it says. */
  static String of(Throwable failure) {
    Throwable told = failure;
    while (told.getCause() != null && !(told instanceof IOException)) {
      told = told.getCause();
    }
    for (Throwable each = failure; each != null; each = each.getCause()) {
      String message = String.valueOf(each.getMessage());
      if (each instanceof CertificateException) {
        return message;
      }
      for (Map.Entry<String, String> meaning : MEANINGS.entrySet()) {
        if (message.contains(meaning.getKey())) {
          return meaning.getValue();
        }
      }
    }
    String message = told.getMessage();
    return message == null
        ? told.getClass().getSimpleName()
        : message
            .replaceFirst("^\\w+\\(\\.\\.\\) failed(?: with error\\(-?\\d+\\))?: ", "")
            .replace(": /", ": ");
  }
}

package dev.longtake.coordinator.access;

import dev.longtake.error.ErrorCode;
import dev.longtake.error.LongtakeException;
import dev.longtake.security.FarmToken;
import io.grpc.Grpc;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSession;

/**
 * What a call came with, not checked yet.
 *
 * @param chain the certificates of its connection; empty if it has none
 * @param token whose call it says it is
 */
record Credentials(List<X509Certificate> chain, Optional<FarmToken> token) {

  private static final Metadata.Key<String> AUTHORIZATION =
      Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER);
  private static final String SCHEME = "Bearer ";

  Credentials {
    chain = List.copyOf(chain);
  }

  /**
   * Those of a call.
   *
   * @throws LongtakeException with {@link ErrorCode#UNAUTHENTICATED} if it shows something that is
   *     no token; the message does not repeat it
   */
  static Credentials of(ServerCall<?, ?> call, Metadata headers) {
    return new Credentials(chain(call), token(headers));
  }

  static List<X509Certificate> chain(ServerCall<?, ?> call) {
    SSLSession session = call.getAttributes().get(Grpc.TRANSPORT_ATTR_SSL_SESSION);
    List<X509Certificate> chain = new ArrayList<>();
    try {
      if (session != null) {
        for (Certificate certificate : session.getPeerCertificates()) {
          chain.add((X509Certificate) certificate);
        }
      }
    } catch (SSLPeerUnverifiedException e) {
      return List.of();
    }
    return chain;
  }

  private static Optional<FarmToken> token(Metadata headers) {
    String header = headers.get(AUTHORIZATION);
    if (header == null) {
      return Optional.empty();
    }
    return Optional.of(
        Optional.of(header)
            .filter(it -> it.startsWith(SCHEME))
            .flatMap(it -> FarmToken.parse(it.substring(SCHEME.length())))
            .orElseThrow(
                () ->
                    new LongtakeException(
                        ErrorCode.UNAUTHENTICATED,
                        "authorization: expected Bearer and a token of this farm, found something"
                            + " else")));
  }
}

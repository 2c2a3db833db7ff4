package dev.longtake.client;

import dev.longtake.security.LiveKeys;
import dev.longtake.security.LiveTrust;
import dev.longtake.security.TlsIdentity;
import io.grpc.ChannelCredentials;
import io.grpc.InsecureChannelCredentials;
import io.grpc.TlsChannelCredentials;
import java.util.Optional;

/** What connections are encrypted and known by. */
final class ChannelLock {

  /**
   * A connection that goes on where an earlier one stopped would show the certificate of that time,
   * and be taken for its owner after that was replaced or revoked. So none does: read by the TLS
   * library when its first connection is made.
   */
  private static final String RESUMPTION =
      "io.grpc.netty.shaded.io.netty.handler.ssl.openssl.sessionCacheClient";

  static {
    System.setProperty(RESUMPTION, "false");
  }

  private ChannelLock() {}

  static ChannelCredentials of(Optional<TlsIdentity> identity) {
    return identity
        .map(
            it ->
                TlsChannelCredentials.newBuilder()
                    .keyManager(new LiveKeys(it))
                    .trustManager(new LiveTrust(it))
                    .build())
        .orElseGet(InsecureChannelCredentials::create);
  }
}

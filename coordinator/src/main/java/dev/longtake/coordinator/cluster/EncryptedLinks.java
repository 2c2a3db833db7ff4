package dev.longtake.coordinator.cluster;

import dev.longtake.security.LiveKeys;
import dev.longtake.security.LiveTrust;
import dev.longtake.security.PeerRole;
import dev.longtake.security.TlsIdentity;
import dev.longtake.security.TlsMaterial;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSession;
import javax.net.ssl.TrustManager;
import org.apache.pekko.remote.artery.tcp.SSLEngineProvider;
import org.apache.pekko.remote.artery.tcp.SSLEngineProviderSetup;
import scala.Option;

/**
 * Connections between coordinators, on which each shows that it is one. (Of Pekko's own providers
 * the one that reads keys again takes RSA keys alone, and knows neither roles nor revocations.)
 */
public final class EncryptedLinks implements SSLEngineProvider {

  private static final String[] PROTOCOLS = {"TLSv1.3"};

  private final TlsIdentity identity;

  private EncryptedLinks(TlsIdentity identity) {
    this.identity = identity;
  }

  /** For the start of an actor system that others reach by {@code tls-tcp}. */
  public static SSLEngineProviderSetup setup(TlsIdentity identity) {
    return SSLEngineProviderSetup.create(system -> new EncryptedLinks(identity));
  }

  /** Each from a context of its own, so that none goes on where an earlier one stopped. */
  private SSLEngine engine(String host, int port) {
    try {
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(
          new KeyManager[] {new LiveKeys(identity)},
          new TrustManager[] {new LiveTrust(identity)},
          new SecureRandom());
      SSLEngine engine = context.createSSLEngine(host, port);
      engine.setEnabledProtocols(PROTOCOLS);
      return engine;
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("TLS of this Java", e);
    }
  }

  @Override
  public SSLEngine createServerSSLEngine(String host, int port) {
    SSLEngine engine = engine(host, port);
    engine.setUseClientMode(false);
    engine.setNeedClientAuth(true);
    return engine;
  }

  @Override
  public SSLEngine createClientSSLEngine(String host, int port) {
    SSLEngine engine = engine(host, port);
    engine.setUseClientMode(true);
    SSLParameters parameters = engine.getSSLParameters();
    parameters.setEndpointIdentificationAlgorithm("HTTPS");
    engine.setSSLParameters(parameters);
    return engine;
  }

  @Override
  public Option<Throwable> verifyClientSession(String host, SSLSession session) {
    return Option.apply(refusal(session).orElse(null));
  }

  @Override
  public Option<Throwable> verifyServerSession(String host, SSLSession session) {
    return Option.apply(refusal(session).orElse(null));
  }

  private Optional<Throwable> refusal(SSLSession session) {
    try {
      List<X509Certificate> chain = new ArrayList<>();
      for (Certificate certificate : session.getPeerCertificates()) {
        chain.add((X509Certificate) certificate);
      }
      boolean isCoordinator =
          PeerRole.of(chain.getFirst()).filter(PeerRole.COORDINATOR::equals).isPresent();
      return (isCoordinator
              ? identity.current().refusal(chain, identity.now())
              : Optional.of(
                  "expected a coordinator's certificate, found "
                      + TlsMaterial.named(chain.getFirst())))
          .map(SSLException::new);
    } catch (SSLPeerUnverifiedException e) {
      return Optional.of(e);
    }
  }
}

package dev.longtake.security;

import java.net.Socket;
import java.security.cert.CertificateException;
import java.security.cert.CertificateExpiredException;
import java.security.cert.X509Certificate;
import java.util.List;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedTrustManager;

/**
 * Believes a peer whose certificate the folder's authority issued, that is valid and not revoked,
 * at the time of the handshake. Who is connected to has to be a coordinator besides, under the name
 * that it was called by: a worker's certificate must not be enough to pass for the farm.
 */
public final class LiveTrust extends X509ExtendedTrustManager {

  private final TlsIdentity identity;

  /** Believes whom this identity believes. */
  public LiveTrust(TlsIdentity identity) {
    this.identity = identity;
  }

  private TlsMaterial checked(X509Certificate[] chain) throws CertificateException {
    TlsMaterial now = identity.current();
    String why = now.refusal(List.of(chain), identity.now()).orElse(null);
    if (why != null) {
      boolean isLate = chain[0].getNotAfter().toInstant().isBefore(identity.now());
      // The kind of exception decides which alert the peer gets to see.
      throw isLate ? new CertificateExpiredException(why) : new CertificateException(why);
    }
    return now;
  }

  private TlsMaterial checkedCoordinator(X509Certificate[] chain) throws CertificateException {
    TlsMaterial now = checked(chain);
    if (PeerRole.of(chain[0]).filter(PeerRole.COORDINATOR::equals).isEmpty()) {
      throw new CertificateException(
          "expected a coordinator's certificate, found %s".formatted(TlsMaterial.named(chain[0])));
    }
    return now;
  }

  private static CertificateException named(X509Certificate[] chain, CertificateException why) {
    return new CertificateException(
        "expected a certificate with the name that the coordinator was called by, found %s: %s"
            .formatted(TlsMaterial.named(chain[0]), why.getMessage()),
        why);
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String type, SSLEngine engine)
      throws CertificateException {
    checked(chain).trust().checkClientTrusted(chain, type, engine);
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine engine)
      throws CertificateException {
    TlsMaterial now = checkedCoordinator(chain);
    try {
      now.trust().checkServerTrusted(chain, type, engine);
    } catch (CertificateException e) {
      throw named(chain, e);
    }
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String type, Socket socket)
      throws CertificateException {
    checked(chain).trust().checkClientTrusted(chain, type, socket);
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String type, Socket socket)
      throws CertificateException {
    TlsMaterial now = checkedCoordinator(chain);
    try {
      now.trust().checkServerTrusted(chain, type, socket);
    } catch (CertificateException e) {
      throw named(chain, e);
    }
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String type) throws CertificateException {
    checked(chain).trust().checkClientTrusted(chain, type);
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String type) throws CertificateException {
    checkedCoordinator(chain).trust().checkServerTrusted(chain, type);
  }

  @Override
  public X509Certificate[] getAcceptedIssuers() {
    return identity.current().authority();
  }
}

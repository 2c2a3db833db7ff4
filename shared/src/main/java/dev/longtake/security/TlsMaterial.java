package dev.longtake.security;

import dev.longtake.error.ErrorCode;
import dev.longtake.error.LongtakeException;
import java.io.IOException;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.cert.CertPathValidator;
import java.security.cert.CertPathValidatorException;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateFactory;
import java.security.cert.CertificateNotYetValidException;
import java.security.cert.PKIXParameters;
import java.security.cert.TrustAnchor;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedTrustManager;

/**
 * What a {@link TlsFolder} held at one time, checked: a certificate with its key, whom it trusts,
 * and which certificates count no more. Safe for any number of threads.
 */
public final class TlsMaterial {

  /** Signs with a key of this kind, to see whether it belongs to a certificate. */
  private static final Map<String, String> SIGNATURES =
      Map.of("EC", "SHA256withECDSA", "RSA", "SHA256withRSA", "EdDSA", "EdDSA");

  private static final int KNOWN_MAX = 10_000;

  private final List<X509Certificate> authority;
  private final List<X509Certificate> chain;
  private final PrivateKey key;
  private final Set<BigInteger> revoked;
  private final X509ExtendedTrustManager trust;

  /** Chains that were found good, by their first certificate: to check one again costs time. */
  private final Map<X509Certificate, Instant> known = new ConcurrentHashMap<>();

  private TlsMaterial(
      List<X509Certificate> authority,
      List<X509Certificate> chain,
      PrivateKey key,
      Set<BigInteger> revoked)
      throws GeneralSecurityException, IOException {
    this.authority = List.copyOf(authority);
    this.chain = List.copyOf(chain);
    this.key = key;
    this.revoked = Set.copyOf(revoked);
    this.trust = trust(authority);
  }

  /**
   * Reads a folder's files and checks that they fit together.
   *
   * @param roles whose folder it may be
   * @throws LongtakeException with {@link ErrorCode#CONFIGURATION_INVALID} if they do not
   */
  static TlsMaterial of(
      TlsFolder folder, TlsFolder.Contents contents, List<PeerRole> roles, Instant now) {
    String certificate = folder.name(TlsFolder.CERTIFICATE);
    List<X509Certificate> authority =
        Pem.certificates(folder.name(TlsFolder.AUTHORITY), contents.file(TlsFolder.AUTHORITY));
    List<X509Certificate> chain =
        Pem.certificates(certificate, contents.file(TlsFolder.CERTIFICATE));
    X509Certificate own = chain.getFirst();
    PrivateKey key =
        Pem.key(folder.name(TlsFolder.KEY), contents.file(TlsFolder.KEY), own.getPublicKey());
    try {
      if (!belongs(key, own)) {
        throw invalid(
            "%s: expected the key of %s, found another one"
                .formatted(folder.name(TlsFolder.KEY), certificate));
      }
      var material =
          new TlsMaterial(authority, chain, key, Revocations.read(folder, contents, authority));
      material
          .refusal(chain, now)
          .ifPresent(
              why -> {
                throw invalid(certificate + ": " + why);
              });
      checkRole(certificate, roles, PeerRole.of(own));
      return material;
    } catch (GeneralSecurityException | IOException e) {
      throw unusable(folder, e);
    }
  }

  /**
   * The same with other lists of what was revoked. Unlike {@link #of} it asks no more whether its
   * own certificate counts: those of others are out, even where its own has ended.
   *
   * @throws LongtakeException with {@link ErrorCode#CONFIGURATION_INVALID} if a list is none
   */
  TlsMaterial withRevoked(TlsFolder folder, TlsFolder.Contents contents) {
    Set<BigInteger> now = Revocations.read(folder, contents, authority);
    try {
      return new TlsMaterial(authority, chain, key, now);
    } catch (GeneralSecurityException | IOException e) {
      throw unusable(folder, e);
    }
  }

  private static LongtakeException unusable(TlsFolder folder, Exception e) {
    return new LongtakeException(
        ErrorCode.CONFIGURATION_INVALID,
        "%s: expected certificates that Java can use: %s".formatted(folder.path(), e),
        e);
  }

  private static void checkRole(String file, List<PeerRole> roles, Optional<PeerRole> found) {
    if (found.filter(roles::contains).isEmpty()) {
      PeerRole expected = roles.getFirst();
      throw invalid(
          "%s: expected a %s's certificate (%s among its names), found %s"
              .formatted(
                  file,
                  expected.label(),
                  expected.uri(),
                  found.map(it -> "a " + it.label() + "'s").orElse("one without a role")));
    }
  }

  private static boolean belongs(PrivateKey key, X509Certificate certificate)
      throws GeneralSecurityException {
    String algorithm = SIGNATURES.get(key.getAlgorithm());
    if (algorithm == null) {
      throw invalid(
          "expected a key of kind %s, found %s".formatted(SIGNATURES.keySet(), key.getAlgorithm()));
    }
    byte[] text = certificate.getEncoded();
    Signature signer = Signature.getInstance(algorithm);
    signer.initSign(key);
    signer.update(text);
    byte[] signature = signer.sign();
    signer.initVerify(certificate.getPublicKey());
    signer.update(text);
    return signer.verify(signature);
  }

  private static X509ExtendedTrustManager trust(List<X509Certificate> authority)
      throws GeneralSecurityException, IOException {
    KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
    store.load(null, null);
    for (int i = 0; i < authority.size(); i++) {
      store.setCertificateEntry("authority-" + i, authority.get(i));
    }
    TrustManagerFactory factory = TrustManagerFactory.getInstance("PKIX");
    factory.init(store);
    return Stream.of(factory.getTrustManagers())
        .filter(X509ExtendedTrustManager.class::isInstance)
        .map(X509ExtendedTrustManager.class::cast)
        .findFirst()
        .orElseThrow();
  }

  /**
   * Why a peer with these certificates is not believed now, as the second half of a sentence; empty
   * if it is. What it may do is another question: see {@link PeerRole}.
   */
  public Optional<String> refusal(List<X509Certificate> peer, Instant now) {
    X509Certificate own = peer.getFirst();
    Optional<X509Certificate> out =
        peer.stream().filter(it -> revoked.contains(it.getSerialNumber())).findFirst();
    if (out.isPresent()) {
      return Optional.of(
          "expected a certificate that counts, found that %s was revoked"
              .formatted(named(out.get())));
    }
    Instant until = known.get(own);
    if (until != null && now.isBefore(until)) {
      return Optional.empty();
    }
    Optional<String> refusal = check(peer, now);
    if (refusal.isEmpty()) {
      if (known.size() >= KNOWN_MAX) {
        known.clear();
      }
      known.put(own, end(peer));
    }
    return refusal;
  }

  private Optional<String> check(List<X509Certificate> peer, Instant now) {
    X509Certificate own = peer.getFirst();
    try {
      var parameters =
          new PKIXParameters(
              authority.stream().map(it -> new TrustAnchor(it, null)).collect(Collectors.toSet()));
      parameters.setRevocationEnabled(false); // That is done by serial numbers.
      parameters.setDate(Date.from(now));
      // The authority's own certificate may come along, and is an anchor and no step.
      List<X509Certificate> steps =
          peer.stream().filter(it -> it.equals(own) || !authority.contains(it)).toList();
      CertPathValidator.getInstance("PKIX")
          .validate(CertificateFactory.getInstance("X.509").generateCertPath(steps), parameters);
      return Optional.empty();
    } catch (CertPathValidatorException e) {
      return Optional.of(sentence(own, e));
    } catch (GeneralSecurityException e) {
      return Optional.of("expected a certificate that can be checked: " + e.getMessage());
    }
  }

  private static String sentence(X509Certificate own, CertPathValidatorException e) {
    if (e.getCause() instanceof CertificateExpiredException) {
      return "expected a certificate that is valid now, found that %s ended on %s"
          .formatted(named(own), own.getNotAfter().toInstant());
    }
    if (e.getCause() instanceof CertificateNotYetValidException) {
      return "expected a certificate that is valid now, found that %s begins on %s"
          .formatted(named(own), own.getNotBefore().toInstant());
    }
    return "expected a certificate of the farm's authority, found that %s was issued by %s"
        .formatted(named(own), own.getIssuerX500Principal().getName());
  }

  private static Instant end(List<X509Certificate> peer) {
    return peer.stream()
        .map(it -> it.getNotAfter().toInstant())
        .min(Instant::compareTo)
        .orElseThrow();
  }

  /** A certificate as people tell it from others. */
  public static String named(X509Certificate certificate) {
    return "%s (serial %s)"
        .formatted(
            certificate.getSubjectX500Principal().getName(),
            certificate.getSerialNumber().toString(16));
  }

  /** Until when its own certificate is valid. */
  public Instant end() {
    return end(chain);
  }

  /** Its own certificate. */
  public X509Certificate certificate() {
    return chain.getFirst();
  }

  X509Certificate[] chain() {
    return chain.toArray(X509Certificate[]::new);
  }

  X509Certificate[] authority() {
    return authority.toArray(X509Certificate[]::new);
  }

  PrivateKey key() {
    return key;
  }

  /** Checks names and purposes too, which {@link #refusal} does not. */
  X509ExtendedTrustManager trust() {
    return trust;
  }

  private static LongtakeException invalid(String message) {
    return new LongtakeException(ErrorCode.CONFIGURATION_INVALID, message);
  }
}

package dev.longtake.security.issue;

import static dev.longtake.error.Require.require;

import dev.longtake.security.PeerRole;
import dev.longtake.security.PeerTenant;
import dev.longtake.security.Pem;
import dev.longtake.story.status.TenantScope;
import java.io.IOException;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Date;
import java.util.List;
import java.util.regex.Pattern;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x500.X500NameBuilder;
import org.bouncycastle.asn1.x500.style.BCStyle;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509ExtensionUtils;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.bouncycastle.util.IPAddress;

/**
 * A farm's own authority: a key and a certificate that says of itself that it may issue others.
 * Keys are of the curve P-256, which every TLS library has, and signatures ECDSA with SHA-256.
 */
public final class Authority {

  /** Clocks of the farm's machines may differ by so much. */
  private static final Duration CLOCKS_DIFFER = Duration.ofMinutes(10);

  private static final int SERIAL_BITS = 127;
  private static final Pattern ADDRESS = Pattern.compile("[0-9]{1,3}(\\.[0-9]{1,3}){3}|.*:.*");

  private final X509Certificate certificate;
  private final PrivateKey key;
  private final SecureRandom random;

  /**
   * The authority that has this certificate and its key.
   *
   * @param random draws keys and serial numbers
   */
  public Authority(X509Certificate certificate, PrivateKey key, SecureRandom random) {
    this.certificate = certificate;
    this.key = key;
    this.random = random;
  }

  /** A certificate and its key, as text for files. */
  public record Issued(X509Certificate certificate, PrivateKey key) {

    /** The certificate as PEM. */
    public String certificatePem() {
      return pem(certificate);
    }

    /** The private key as PEM: for a file that nobody else reads. */
    public String keyPem() {
      return Pem.write("PRIVATE KEY", key.getEncoded());
    }

    /** Without the key: what is printed by mistake tells nothing. */
    @Override
    public String toString() {
      return "Issued[" + certificate.getSubjectX500Principal() + "]";
    }
  }

  /**
   * A new authority.
   *
   * @param name tells it from others in messages
   */
  public static Authority create(String name, Instant now, Duration validity, SecureRandom random) {
    KeyPair pair = pair(random);
    X500Name subject = subject(name);
    try {
      var builder = builder(subject, subject, pair.getPublic(), now, validity, random);
      var extensions = new JcaX509ExtensionUtils();
      builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(0));
      builder.addExtension(
          Extension.keyUsage, true, new KeyUsage(KeyUsage.keyCertSign | KeyUsage.cRLSign));
      builder.addExtension(
          Extension.subjectKeyIdentifier,
          false,
          extensions.createSubjectKeyIdentifier(pair.getPublic()));
      return new Authority(signed(builder, pair.getPrivate()), pair.getPrivate(), random);
    } catch (GeneralSecurityException | IOException | OperatorCreationException e) {
      throw new IllegalStateException("making a certificate", e);
    }
  }

  /** What others believe it by. */
  public X509Certificate certificate() {
    return certificate;
  }

  /** Its certificate and key, for files. */
  public Issued own() {
    return new Issued(certificate, key);
  }

  /**
   * Whom a certificate is for.
   *
   * @param name tells it from others in messages and in what is written down
   * @param hosts names and addresses that the program is reached by; only coordinators are
   * @param scope whose work it may do; of all tenants unless it is a worker
   */
  public record Holder(PeerRole role, String name, List<String> hosts, TenantScope scope) {
    public Holder {
      hosts = List.copyOf(hosts);
      require(
          role == PeerRole.WORKER || scope.isAll(),
          "tenant: expected none for a %s, found %s",
          role.label(),
          scope.word());
    }

    /** One that is bound to no tenant. */
    public Holder(PeerRole role, String name, List<String> hosts) {
      this(role, name, hosts, TenantScope.ALL);
    }
  }

  /**
   * Issues a certificate with a key of its own.
   *
   * @throws IllegalArgumentException if a host is none: see {@link #isHost}
   */
  public Issued issue(Holder holder, Instant now, Duration validity) {
    KeyPair pair = pair(random);
    try {
      var builder =
          builder(
              X500Name.getInstance(certificate.getSubjectX500Principal().getEncoded()),
              subject(holder.name()),
              pair.getPublic(),
              now,
              validity,
              random);
      var extensions = new JcaX509ExtensionUtils();
      builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(false));
      builder.addExtension(Extension.keyUsage, true, new KeyUsage(KeyUsage.digitalSignature));
      builder.addExtension(Extension.extendedKeyUsage, false, purposes(holder.role()));
      builder.addExtension(Extension.subjectAlternativeName, false, names(holder));
      builder.addExtension(
          Extension.authorityKeyIdentifier,
          false,
          extensions.createAuthorityKeyIdentifier(certificate.getPublicKey()));
      return new Issued(signed(builder, key), pair.getPrivate());
    } catch (GeneralSecurityException | IOException | OperatorCreationException e) {
      throw new IllegalStateException("making a certificate", e);
    }
  }

  /** Whether a certificate can have this as a name or an address: without a port, for one. */
  public static boolean isHost(String text) {
    return !ADDRESS.matcher(text).matches() || IPAddress.isValid(text);
  }

  /** Coordinators are connected to, and connect to one another. */
  private static ExtendedKeyUsage purposes(PeerRole role) {
    return role == PeerRole.COORDINATOR
        ? new ExtendedKeyUsage(
            new KeyPurposeId[] {KeyPurposeId.id_kp_serverAuth, KeyPurposeId.id_kp_clientAuth})
        : new ExtendedKeyUsage(KeyPurposeId.id_kp_clientAuth);
  }

  private static GeneralNames names(Holder holder) {
    List<GeneralName> names = new ArrayList<>();
    names.add(new GeneralName(GeneralName.uniformResourceIdentifier, holder.role().uri()));
    PeerTenant.uri(holder.scope())
        .ifPresent(uri -> names.add(new GeneralName(GeneralName.uniformResourceIdentifier, uri)));
    for (String host : holder.hosts()) {
      boolean isAddress = ADDRESS.matcher(host).matches();
      names.add(new GeneralName(isAddress ? GeneralName.iPAddress : GeneralName.dNSName, host));
    }
    return new GeneralNames(names.toArray(GeneralName[]::new));
  }

  private static JcaX509v3CertificateBuilder builder(
      X500Name issuer,
      X500Name subject,
      PublicKey key,
      Instant now,
      Duration validity,
      SecureRandom random) {
    return new JcaX509v3CertificateBuilder(
        issuer,
        new BigInteger(SERIAL_BITS, random).setBit(SERIAL_BITS - 1),
        Date.from(now.minus(CLOCKS_DIFFER)),
        Date.from(now.plus(validity)),
        subject,
        key);
  }

  private static X509Certificate signed(JcaX509v3CertificateBuilder builder, PrivateKey key)
      throws GeneralSecurityException, OperatorCreationException {
    return new JcaX509CertificateConverter()
        .getCertificate(builder.build(new JcaContentSignerBuilder("SHA256withECDSA").build(key)));
  }

  private static X500Name subject(String name) {
    return new X500NameBuilder(BCStyle.INSTANCE)
        .addRDN(BCStyle.O, "Longtake")
        .addRDN(BCStyle.CN, name)
        .build();
  }

  private static KeyPair pair(SecureRandom random) {
    try {
      KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
      generator.initialize(new ECGenParameterSpec("secp256r1"), random);
      return generator.generateKeyPair();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every Java has the curve P-256", e);
    }
  }

  private static String pem(X509Certificate certificate) {
    try {
      return Pem.write("CERTIFICATE", certificate.getEncoded());
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("a certificate that was just made", e);
    }
  }
}

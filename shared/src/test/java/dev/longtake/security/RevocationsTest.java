package dev.longtake.security;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.longtake.testing.TestCertificates;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Date;
import java.util.List;
import java.util.Set;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.CRLReason;
import org.bouncycastle.cert.X509v2CRLBuilder;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Lists of certificates that count no more, as authorities and people write them. */
class RevocationsTest {

  private static final Date NOW = Date.from(Instant.parse("2026-11-30T12:00:00Z"));

  @TempDir private Path temp;
  private TlsFolder folder;
  private List<X509Certificate> authority;

  @BeforeEach
  void make() throws IOException {
    new TestCertificates(temp.resolve("a"));
    new TestCertificates(temp.resolve("b"));
    folder = new TlsFolder(temp.resolve("a/coordinator"));
    authority = List.of(certificate("a"), certificate("b"));
  }

  private X509Certificate certificate(String farm) throws IOException {
    Path file = temp.resolve(farm + "/authority/certificate.pem");
    return Pem.certificates(file.toString(), Files.readAllBytes(file)).getFirst();
  }

  private Set<BigInteger> read() {
    return Revocations.read(folder, folder.read(), authority);
  }

  private byte[] list(String farm, long serial) throws Exception {
    X509Certificate issuer = certificate(farm);
    PrivateKey key =
        Pem.key(
            farm,
            Files.readAllBytes(temp.resolve(farm + "/authority/key.pem")),
            issuer.getPublicKey());
    var builder =
        new X509v2CRLBuilder(
            X500Name.getInstance(issuer.getSubjectX500Principal().getEncoded()), NOW);
    builder.addCRLEntry(BigInteger.valueOf(serial), NOW, CRLReason.keyCompromise);
    return builder.build(new JcaContentSignerBuilder("SHA256withECDSA").build(key)).getEncoded();
  }

  private void write(byte[]... parts) throws IOException {
    var all = new ByteArrayOutputStream();
    for (byte[] part : parts) {
      all.write(part);
    }
    Files.write(folder.path().resolve(TlsFolder.REVOKED_LIST), all.toByteArray());
  }

  private static byte[] pem(byte[] list) {
    return Pem.write("X509 CRL", list).getBytes(StandardCharsets.US_ASCII);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"0F3A", "0f:3a", "serial=0F3A", " serial=0F:3A  # sold", "Serial=f3a", "0F3A\r"})
  void read_aSerialNumberAsItIsPrinted_isThat(String line) throws IOException {
    Files.writeString(folder.path().resolve(TlsFolder.REVOKED), "# those\n\n" + line + "\n");

    assertThat(read()).containsExactly(BigInteger.valueOf(0xF3A));
  }

  @Test
  void read_severalLists_countsAll() throws Exception {
    write(pem(list("a", 1)), pem(list("b", 2)));
    assertThat(read()).containsExactlyInAnyOrder(BigInteger.ONE, BigInteger.TWO);

    write(list("a", 3), list("a", 4));
    assertThat(read()).containsExactlyInAnyOrder(BigInteger.valueOf(3), BigInteger.valueOf(4));
  }

  @Test
  void read_oneListOfAnotherAuthority_isRefused() throws Exception {
    authority = List.of(certificate("a"));
    write(pem(list("a", 1)), pem(list("b", 2)));

    assertThatThrownBy(this::read)
        .hasMessageContaining("revoked.crl: expected a list that the farm's authority signed");
  }

  @Test
  void read_noList_isRefused() throws Exception {
    byte[] whole = list("a", 1);
    List<byte[]> broken = new ArrayList<>();
    broken.add("nothing\n".getBytes(StandardCharsets.US_ASCII));
    broken.add("\n".getBytes(StandardCharsets.US_ASCII));
    broken.add(Files.readAllBytes(temp.resolve("a/authority/certificate.pem")));
    broken.add(java.util.Arrays.copyOf(whole, whole.length / 2));
    for (byte[] content : broken) {
      write(content);
      assertThatThrownBy(this::read)
          .hasMessageContaining("revoked.crl: expected a list of revoked certificates, found: ");
    }
    write(whole, java.util.Arrays.copyOf(whole, whole.length / 2));
    assertThatThrownBy(this::read).as("a second one that is cut").isNotNull();
  }
}

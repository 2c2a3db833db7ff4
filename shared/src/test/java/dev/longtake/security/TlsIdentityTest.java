package dev.longtake.security;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.longtake.error.ErrorCode;
import dev.longtake.error.LongtakeException;
import dev.longtake.security.issue.FarmCertificates;
import dev.longtake.testing.TestCertificates;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a folder has to hold, and what is in force when it changes. */
class TlsIdentityTest {

  @TempDir private Path temp;
  private TestCertificates farm;
  private Path folder;
  private Instant now = InstantSource.system().instant();

  @BeforeEach
  void make() {
    farm = new TestCertificates(temp.resolve("farm"));
    folder = farm.of(PeerRole.COORDINATOR);
  }

  private TlsIdentity open() {
    return TlsIdentity.open(folder, PeerRole.COORDINATOR, () -> now);
  }

  private void expectMistake(String sentence) {
    assertThatThrownBy(this::open)
        .isInstanceOfSatisfying(
            LongtakeException.class,
            e -> assertThat(e.code()).isEqualTo(ErrorCode.CONFIGURATION_INVALID))
        .hasMessageContaining(sentence)
        .hasMessageNotContaining("PRIVATE KEY-----");
  }

  private void lookAgainLater() {
    now = now.plus(TlsIdentity.LOOK_AGAIN);
  }

  @Test
  void open_noFolder_saysWhatMakesOne() {
    folder = temp.resolve("nowhere");
    expectMistake("tls: expected a folder as longtake certs makes it, found none at " + folder);
  }

  @Test
  void open_aFileMissing_saysWhich() throws Exception {
    Files.delete(folder.resolve(TlsFolder.KEY));
    expectMistake("found no key.pem");
  }

  @Test
  void open_anotherPrograms_saysWhose() {
    folder = farm.of(PeerRole.WORKER);
    expectMistake(
        "expected a coordinator's certificate (urn:longtake:coordinator among its names)");
  }

  @Test
  void open_keyOfAnother_saysSo() {
    TestCertificates.replace(folder, farm.of(PeerRole.CLIENT), TlsFolder.KEY);
    expectMistake("key.pem: expected the key of " + folder.resolve("certificate.pem"));
  }

  @Test
  void open_anotherAuthority_saysSo() {
    var other = new TestCertificates(temp.resolve("other"));
    TestCertificates.replace(folder, other.of(PeerRole.CLIENT), TlsFolder.AUTHORITY);
    expectMistake("expected a certificate of the farm's authority, found that");
  }

  @Test
  void open_ended_saysWhen() {
    FarmCertificates.Made ended = farm.addEnded(PeerRole.COORDINATOR, "ended");
    folder = ended.folder();
    expectMistake(
        "expected a certificate that is valid now, found that %s ended on %s"
            .formatted(
                TlsMaterial.named(ended.certificate()),
                ended.certificate().getNotAfter().toInstant()));
  }

  @Test
  void open_keyInAnotherForm_saysWhichIsWanted() throws Exception {
    Files.writeString(
        folder.resolve(TlsFolder.KEY),
        "-----BEGIN EC PRIVATE KEY-----\nMHcCAQEE\n-----END EC PRIVATE KEY-----\n");
    expectMistake(
        "expected a key without a password, in the form of PKCS#8 (BEGIN PRIVATE KEY), found BEGIN"
            + " EC PRIVATE KEY");
  }

  @Test
  void open_noCertificate_saysSo() throws Exception {
    Files.writeString(folder.resolve(TlsFolder.CERTIFICATE), "nothing");
    expectMistake("certificate.pem: expected a certificate (BEGIN CERTIFICATE), found none");
  }

  @Test
  void open_noSerialNumber_saysWhere() throws Exception {
    Files.writeString(folder.resolve(TlsFolder.REVOKED), "# those\nthat one\n");
    expectMistake("revoked.txt:2: expected a serial number in hexadecimal, found \"that one\"");
  }

  @Test
  void current_newCertificate_isInForceSoon() {
    TlsIdentity identity = open();
    X509Certificate before = identity.current().certificate();
    var next = farm.add(PeerRole.COORDINATOR, "next");

    TestCertificates.replace(folder, next.folder(), TlsFolder.CERTIFICATE, TlsFolder.KEY);

    assertThat(identity.current().certificate()).isEqualTo(before);
    lookAgainLater();
    assertThat(identity.current().certificate()).isEqualTo(next.certificate());
  }

  /** Between the copying of two files. */
  @Test
  void current_certificateWithoutItsKey_leavesWhatWasInForce() {
    TlsIdentity identity = open();
    X509Certificate before = identity.current().certificate();
    var next = farm.add(PeerRole.COORDINATOR, "next");

    TestCertificates.replace(folder, next.folder(), TlsFolder.CERTIFICATE);
    lookAgainLater();
    assertThat(identity.current().certificate()).isEqualTo(before);

    TestCertificates.replace(folder, next.folder(), TlsFolder.KEY);
    lookAgainLater();
    assertThat(identity.current().certificate()).isEqualTo(next.certificate());
  }

  @Test
  void refusal_ofOneThatWasRevokedMeanwhile_isSaid() throws Exception {
    TlsIdentity identity = open();
    var worker = farm.add(PeerRole.WORKER, "gpu-7");
    List<X509Certificate> peer = List.of(worker.certificate());
    assertThat(identity.current().refusal(peer, now)).isEmpty();

    Files.writeString(
        folder.resolve(TlsFolder.REVOKED),
        worker.certificate().getSerialNumber().toString(16).toUpperCase(java.util.Locale.ROOT)
            + "  # sold\n");
    lookAgainLater();

    assertThat(identity.current().refusal(peer, now))
        .hasValueSatisfying(why -> assertThat(why).contains("gpu-7").contains("was revoked"));
  }

  @Test
  void refusal_ofOneThatIsRevokedAfterItsOwnEnd_isSaid() throws Exception {
    TlsIdentity identity = open();
    var worker = farm.add(PeerRole.WORKER, "gpu-7").certificate();
    now = identity.current().end().plusSeconds(1);

    Files.writeString(
        folder.resolve(TlsFolder.REVOKED), "serial=" + worker.getSerialNumber().toString(16));
    lookAgainLater();

    assertThat(identity.current().refusal(List.of(worker), now))
        .hasValueSatisfying(why -> assertThat(why).contains("was revoked"));
  }

  @Test
  void refusal_ofOneThatEndsMeanwhile_isSaid() {
    TlsMaterial material = open().current();
    List<X509Certificate> peer = List.of(farm.add(PeerRole.WORKER, "w").certificate());

    assertThat(material.refusal(peer, now)).isEmpty();
    assertThat(material.refusal(peer, now.plus(Duration.ofDays(60))))
        .hasValueSatisfying(why -> assertThat(why).contains("ended on"));
  }

  /** It has issued nothing, although its signature is good. */
  @Test
  void refusal_ofOneThatAWorkerSigned_isSaid() throws Exception {
    X509Certificate worker = farm.add(PeerRole.WORKER, "w").certificate();
    var key =
        Pem.key("key", Files.readAllBytes(temp.resolve("farm/w/key.pem")), worker.getPublicKey());
    var forger =
        new dev.longtake.security.issue.Authority(worker, key, new java.security.SecureRandom());
    var forged =
        forger.issue(
            new dev.longtake.security.issue.Authority.Holder(
                PeerRole.COORDINATOR, "me", List.of("localhost")),
            now,
            Duration.ofDays(1));

    assertThat(open().current().refusal(List.of(forged.certificate(), worker), now)).isPresent();
  }
}

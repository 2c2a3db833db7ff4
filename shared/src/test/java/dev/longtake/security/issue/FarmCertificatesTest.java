package dev.longtake.security.issue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.longtake.error.ErrorCode;
import dev.longtake.error.LongtakeException;
import dev.longtake.security.PeerRole;
import dev.longtake.security.TlsIdentity;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FarmCertificatesTest {

  private static final Instant NOW = Instant.parse("2026-11-30T12:00:00Z");
  private static final Duration YEAR = Duration.ofDays(365);

  @TempDir private Path folder;

  private FarmCertificates certificates() {
    return new FarmCertificates(folder.resolve("certs"), new SecureRandom());
  }

  @Test
  void create_aFarm_hasAFolderForEveryProgramThatItCanUse() throws Exception {
    List<FarmCertificates.Made> made = certificates().create(List.of("farm.example"), NOW, YEAR);

    assertThat(made).extracting(FarmCertificates.Made::role).containsExactly(PeerRole.values());
    for (FarmCertificates.Made each : made) {
      TlsIdentity identity = TlsIdentity.open(each.folder(), each.role(), () -> NOW);
      assertThat(identity.current().end()).isEqualTo(NOW.plus(YEAR));
    }
    X509Certificate coordinator = made.getFirst().certificate();
    assertThat(
            coordinator.getSubjectAlternativeNames().stream()
                .map(name -> String.valueOf(name.getLast())))
        .contains("localhost", "127.0.0.1", "0:0:0:0:0:0:0:1", "farm.example")
        .contains(PeerRole.COORDINATOR.uri());
    assertThat(made.getLast().certificate().getExtendedKeyUsage())
        .as("a client cannot be connected to")
        .doesNotContain("1.3.6.1.5.5.7.3.1");
  }

  @Test
  void create_aFarm_isReadByItsOwnerAlone() throws IOException {
    certificates().create(List.of(), NOW, YEAR);

    try (Stream<Path> files = Files.walk(folder.resolve("certs/authority"))) {
      for (Path file : files.toList()) {
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
            .endsWith("------");
      }
    }
    assertThat(folder.resolve("certs/worker/key.pem")).isRegularFile();
    assertThat(
            PosixFilePermissions.toString(
                Files.getPosixFilePermissions(folder.resolve("certs/worker/key.pem"))))
        .isEqualTo("rw-------");
  }

  @Test
  void create_twice_writesNothingOver() throws IOException {
    certificates().create(List.of(), NOW, YEAR);
    byte[] key = Files.readAllBytes(folder.resolve("certs/authority/key.pem"));

    assertThatThrownBy(() -> certificates().create(List.of(), NOW, YEAR))
        .isInstanceOfSatisfying(
            LongtakeException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.ALREADY_EXISTS))
        .hasMessageContaining("nothing is written over");
    assertThat(folder.resolve("certs/authority/key.pem")).hasBinaryContent(key);
  }

  @Test
  void create_oneFolderThere_makesNone() throws IOException {
    Files.createDirectories(folder.resolve("certs/client"));

    assertThatThrownBy(() -> certificates().create(List.of(), NOW, YEAR))
        .hasMessageContaining("client: expected no such folder");

    assertThat(folder.resolve("certs")).isDirectoryNotContaining("glob:**/{authority,worker}");
  }

  @Test
  void add_aHostThatIsNone_makesNoFolder() {
    certificates().create(List.of(), NOW, YEAR);

    assertThatThrownBy(
            () ->
                certificates()
                    .add(
                        new Authority.Holder(PeerRole.COORDINATOR, "b", List.of("999.1.1.1")),
                        NOW,
                        YEAR))
        .isInstanceOf(IllegalArgumentException.class);

    assertThat(folder.resolve("certs/b")).doesNotExist();
  }

  @Test
  void add_aWorker_isOfTheSameAuthority() {
    List<FarmCertificates.Made> made = certificates().create(List.of(), NOW, YEAR);

    var added =
        certificates().add(new Authority.Holder(PeerRole.WORKER, "gpu-7", List.of()), NOW, YEAR);

    TlsIdentity coordinator =
        TlsIdentity.open(made.getFirst().folder(), PeerRole.COORDINATOR, () -> NOW);
    assertThat(coordinator.current().refusal(List.of(added.certificate()), NOW)).isEmpty();
    assertThat(PeerRole.of(added.certificate())).contains(PeerRole.WORKER);
    assertThatThrownBy(
            () ->
                certificates()
                    .add(new Authority.Holder(PeerRole.WORKER, "gpu-7", List.of()), NOW, YEAR))
        .hasMessageContaining("gpu-7: expected no such folder");
  }

  @Test
  void add_withoutAnAuthority_saysSo() {
    assertThatThrownBy(
            () ->
                certificates()
                    .add(new Authority.Holder(PeerRole.WORKER, "a", List.of()), NOW, YEAR))
        .hasMessageContaining("expected the authority's certificate and key, found none");
  }
}

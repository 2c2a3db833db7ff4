package dev.longtake.security;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.longtake.security.issue.Authority.Holder;
import dev.longtake.story.status.TenantScope;
import dev.longtake.testing.TestCertificates;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PeerTenantTest {

  private static final TenantScope RED = new TenantScope("red");

  @Test
  void of_issuedCertificates_isWhatTheyWereIssuedFor(@TempDir Path temp) {
    var farm = new TestCertificates(temp.resolve("farm"));
    var bound = farm.addWorkerOf("red", "red-1").certificate();
    var free = farm.add(PeerRole.WORKER, "gpu-1").certificate();

    assertThat(PeerTenant.of(bound)).contains(RED);
    assertThat(PeerRole.of(bound)).contains(PeerRole.WORKER);
    assertThat(PeerTenant.of(free)).contains(TenantScope.ALL);
    assertThat(PeerRole.of(free)).contains(PeerRole.WORKER);
  }

  /** Or a mistake in a certificate would have a worker do the work of all. */
  @ParameterizedTest
  @ValueSource(strings = {"", "*", "Red", "red/../blue", "red,blue", "red ", "urn:longtake:worker"})
  void of_whatNoTenantIsCalled_isNobodys(String name) {
    assertThat(roleOf("urn:longtake:worker", PeerTenant.PREFIX + name)).isFalse();
  }

  @Test
  void of_severalTenants_isNobodys() {
    assertThat(roleOf("urn:longtake:worker", PeerTenant.PREFIX + "red")).isTrue();
    assertThat(roleOf("urn:longtake:worker", PeerTenant.PREFIX + "red", PeerTenant.PREFIX + "red"))
        .isFalse();
    assertThat(roleOf(PeerTenant.PREFIX + "red")).as("without a role").isFalse();
  }

  @ParameterizedTest
  @ValueSource(strings = {"urn:longtake:client", "urn:longtake:coordinator"})
  void of_boundCertificatesOfOthersThanWorkers_isNobodys(String role) {
    assertThat(roleOf(role)).isTrue();
    assertThat(roleOf(role, PeerTenant.PREFIX + "red")).isFalse();
    assertThatThrownBy(() -> new Holder(PeerRole.CLIENT, "c", List.of(), RED))
        .hasMessage("tenant: expected none for a client, found red");
  }

  private static boolean roleOf(String... uris) {
    return PeerRole.of(List.of(uris)).isPresent();
  }
}

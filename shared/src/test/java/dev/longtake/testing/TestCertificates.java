package dev.longtake.testing;

import dev.longtake.security.PeerRole;
import dev.longtake.security.issue.Authority.Holder;
import dev.longtake.security.issue.FarmCertificates;
import dev.longtake.story.status.TenantScope;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;

/** A farm's certificates, made in a test. */
public final class TestCertificates {

  private static final Duration MONTH = Duration.ofDays(30);

  private final Path root;
  private final FarmCertificates certificates;

  /** An authority, and a folder of each role, that count from now on for a month. */
  public TestCertificates(Path root) {
    this.root = root;
    this.certificates = new FarmCertificates(root, new SecureRandom());
    certificates.create(List.of(), now(), MONTH);
  }

  private static Instant now() {
    return InstantSource.system().instant();
  }

  /** The folder that every farm has of a role. */
  public Path of(PeerRole role) {
    return root.resolve(role.label());
  }

  /** One more of a role. */
  public FarmCertificates.Made add(PeerRole role, String name) {
    return certificates.add(new Holder(role, name, List.of()), now(), MONTH);
  }

  /** A worker's that is bound to a tenant. */
  public FarmCertificates.Made addWorkerOf(String tenant, String name) {
    return certificates.add(
        new Holder(PeerRole.WORKER, name, List.of(), new TenantScope(tenant)), now(), MONTH);
  }

  /** One more of a role that has ended. */
  public FarmCertificates.Made addEnded(PeerRole role, String name) {
    return certificates.add(
        new Holder(role, name, List.of()), now().minus(MONTH.multipliedBy(3)), MONTH);
  }

  /** Puts the files of one folder into another one, in place of what is there. */
  public static void replace(Path folder, Path by, String... files) {
    try {
      for (String file : files) {
        Files.copy(by.resolve(file), folder.resolve(file), StandardCopyOption.REPLACE_EXISTING);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}

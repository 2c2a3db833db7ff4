package dev.longtake.security;

import dev.longtake.backoff.Seldom;
import dev.longtake.error.LongtakeException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Who this program is and whom it believes, as its {@link TlsFolder} says: now, not as of the
 * start. Whoever asks has the files looked at again if that was some seconds ago, so no program has
 * to be started again for a new certificate, and a revoked one is out soon. What does not fit
 * together (a certificate was replaced and its key not yet) leaves what was there in force. Safe
 * for any number of threads.
 */
public final class TlsIdentity {

  private static final Logger log = LoggerFactory.getLogger(TlsIdentity.class);

  /** Files are looked at no more often. */
  public static final Duration LOOK_AGAIN = Duration.ofSeconds(5);

  /** With less left the end of a certificate is said at each start and reload. */
  private static final Duration END_IS_NEAR = Duration.ofDays(21);

  private final TlsFolder folder;
  private final List<PeerRole> roles;
  private final InstantSource clock;
  private final ReentrantLock look = new ReentrantLock();

  private volatile TlsMaterial material;
  private volatile Instant looked;

  // Both under the lock.
  private TlsFolder.Contents contents;
  private Seldom problems = new Seldom();

  private TlsIdentity(TlsFolder folder, List<PeerRole> roles, InstantSource clock) {
    this.folder = folder;
    this.roles = roles;
    this.clock = clock;
    this.looked = clock.instant();
    this.contents = folder.read();
    this.material = TlsMaterial.of(folder, contents, roles, looked);
  }

  /**
   * Reads a folder.
   *
   * @param role what the program is
   * @throws LongtakeException with {@link dev.longtake.error.ErrorCode#CONFIGURATION_INVALID} and a
   *     sentence for each mistake there can be
   */
  public static TlsIdentity open(Path folder, PeerRole role, InstantSource clock) {
    return open(folder, List.of(role), clock);
  }

  /**
   * The same for people's commands, which who looks after a coordinator may use with its own
   * folder.
   */
  public static TlsIdentity openForClient(Path folder, InstantSource clock) {
    return open(folder, List.of(PeerRole.CLIENT, PeerRole.COORDINATOR), clock);
  }

  private static TlsIdentity open(Path folder, List<PeerRole> roles, InstantSource clock) {
    var identity = new TlsIdentity(new TlsFolder(folder), roles, clock);
    identity.tell("certificates in force");
    return identity;
  }

  /** What is in force. */
  public TlsMaterial current() {
    Duration age = Duration.between(looked, clock.instant());
    boolean isOld = age.isNegative() || age.compareTo(LOOK_AGAIN) >= 0;
    if (isOld && look.tryLock()) {
      try {
        lookAgain();
      } finally {
        look.unlock();
      }
    }
    return material;
  }

  private void lookAgain() {
    looked = clock.instant();
    try {
      TlsFolder.Contents found = folder.read();
      if (!found.isSame(contents)) {
        material =
            found.isSameButForRevoked(contents)
                ? material.withRevoked(folder, found)
                : TlsMaterial.of(folder, found, roles, looked);
        contents = found;
        tell("certificates read again");
      }
      problems = new Seldom();
    } catch (RuntimeException e) { // What is in force holds, and the caller's call goes on.
      String why = e instanceof LongtakeException ? String.valueOf(e.getMessage()) : e.toString();
      problems
          .ask(why, looked)
          .ifPresent(
              unsaid ->
                  log.warn("certificates stay as they were, unsaidBefore={}: {}", unsaid, why));
    }
  }

  private void tell(String what) {
    TlsMaterial now = material;
    log.info(
        "{} folder={} subject=\"{}\" until={}",
        what,
        folder.path(),
        TlsMaterial.named(now.certificate()),
        now.end());
    if (Duration.between(looked, now.end()).compareTo(END_IS_NEAR) < 0) {
      log.warn(
          "folder={} the certificate ends on {}: put a new one in its place",
          folder.path(),
          now.end());
    }
  }

  /** What counts as now. */
  public Instant now() {
    return clock.instant();
  }
}

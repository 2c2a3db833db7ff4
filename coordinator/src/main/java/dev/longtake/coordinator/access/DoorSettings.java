package dev.longtake.coordinator.access;

import dev.longtake.config.EmptyWord;
import dev.longtake.config.Loopback;
import dev.longtake.security.Role;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Whether connections are encrypted, and who is let in.
 *
 * @param folder what {@link dev.longtake.security.TlsFolder} describes; empty for plaintext
 * @param allowPlaintext whether others than this machine may connect unencrypted
 * @param withoutToken what a client's certificate is good for alone; empty for nothing
 */
public record DoorSettings(
    @EmptyWord("none") Optional<Path> folder,
    boolean allowPlaintext,
    @EmptyWord("none") Optional<Role> withoutToken) {

  /**
   * Whether nobody but this machine can reach a port that is not encrypted.
   *
   * @param host the name or address that it listens on
   */
  public boolean isSafeOn(String host) {
    return folder.isPresent() || allowPlaintext || Loopback.is(host);
  }
}

package dev.longtake.security;

import dev.longtake.config.EmptyWord;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Optional;

/**
 * Whether a program's connections are encrypted.
 *
 * @param folder as {@link TlsFolder} has it; empty for plaintext
 */
public record TlsSettings(@EmptyWord("none") Optional<Path> folder) {

  /**
   * Who the program is; empty if it speaks plaintext.
   *
   * @throws dev.longtake.error.LongtakeException as {@link TlsIdentity#open} does
   */
  public Optional<TlsIdentity> open(PeerRole role, InstantSource clock) {
    return folder.map(it -> TlsIdentity.open(it, role, clock));
  }
}

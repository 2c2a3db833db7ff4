package dev.longtake.coordinator.access;

import dev.longtake.security.PeerRole;
import dev.longtake.security.Role;
import io.grpc.Context;
import java.util.Optional;

/**
 * Who makes a call.
 *
 * @param name as people and the audit name them
 * @param kind what kind of program it is; empty where nobody is asked
 * @param role what they may do; empty for programs that are no people's
 */
public record Caller(String name, Optional<PeerRole> kind, Optional<Role> role) {

  /** Somebody who reaches a port that is not encrypted, and so may do everything. */
  public static final Caller ANYBODY =
      new Caller("anybody", Optional.empty(), Optional.of(Role.ADMIN));

  static final Context.Key<Caller> OF_CALL = Context.keyWithDefault("longtake-caller", ANYBODY);

  /** Who makes the call that this thread serves. */
  public static Caller ofCall() {
    return OF_CALL.get();
  }
}

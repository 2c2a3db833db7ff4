package dev.longtake.coordinator.access;

import dev.longtake.security.PeerRole;

/** Whose calls they are, by what kind of program makes them. */
enum Callers {
  /** People, by their clients. Who has a coordinator's key can do all of that anyway. */
  PEOPLE,
  /** Workers, and nobody else: what they send decides films. */
  WORKERS,
  /** Everybody whom the farm knows. */
  ALL;

  boolean include(PeerRole role) {
    return switch (this) {
      case PEOPLE -> role != PeerRole.WORKER;
      case WORKERS -> role == PeerRole.WORKER;
      case ALL -> true;
    };
  }
}

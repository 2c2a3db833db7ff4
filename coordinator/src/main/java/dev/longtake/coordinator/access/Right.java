package dev.longtake.coordinator.access;

import dev.longtake.security.PeerRole;
import dev.longtake.security.Role;

/** What a call needs. */
sealed interface Right {

  /**
   * A person's client, and a role; who has a coordinator's key can do all of that anyway.
   *
   * @param ofAllTenants whether it is about the whole farm, and not for who has to do with a tenant
   */
  record Person(Role least, boolean ofAllTenants) implements Right {
    Person(Role least) {
      this(least, false);
    }
  }

  /** A worker's certificate, and nobody else's: what workers send decides films. */
  record Worker() implements Right {}

  /** Any certificate of the farm. */
  record Member() implements Right {}

  /** Whether a program of this kind may make the call, its role apart. */
  default boolean isOpenTo(PeerRole kind) {
    return switch (this) {
      case Person _ -> kind != PeerRole.WORKER;
      case Worker _ -> kind == PeerRole.WORKER;
      case Member _ -> true;
    };
  }

  /** As a table of the documents says it. */
  default String words() {
    return switch (this) {
      case Person(Role least, boolean ofAll) -> least.word() + (ofAll ? " of all tenants" : "");
      case Worker _ -> "a worker's certificate";
      case Member _ -> "any certificate of the farm";
    };
  }
}

package dev.longtake.security;

import dev.longtake.story.status.TenantScope;
import dev.longtake.words.Word;

/** What a person, or a program of theirs, may do. Each may do what those before it may. */
public enum Role implements Word {
  /** Looks at stories and fetches films. */
  VIEWER,
  /** Submits stories, ends them, and has them go on. */
  ARTIST,
  /** Decides among stories of others. */
  LEAD,
  /** Looks after workers, and sees who did what. */
  OPERATOR,
  /** Lets others in. */
  ADMIN;

  /** Whether who has this may do what the other one is needed for. */
  public boolean includes(Role other) {
    return compareTo(other) >= 0;
  }

  /**
   * Whose work somebody with this has to do with, if nothing else is said: who runs the farm with
   * all of what there is to give, everybody else with one tenant's.
   *
   * @param given the widest that it may be
   */
  public TenantScope scopeOf(TenantScope given) {
    return includes(OPERATOR) ? given : new TenantScope(given.home());
  }
}

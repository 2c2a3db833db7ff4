package dev.longtake.story.status;

import static dev.longtake.error.Require.require;
import static java.util.Objects.requireNonNull;

import java.time.Instant;
import java.util.Optional;
import java.util.Set;

/**
 * Which stories a list shows.
 *
 * @param states empty for all
 * @param namePrefix what their names start with, in large or small letters; empty for any
 * @param since submitted then or later
 * @param before submitted earlier
 * @param scope whose they are
 */
public record StoryFilter(
    Set<StoryState> states,
    String namePrefix,
    Optional<Instant> since,
    Optional<Instant> before,
    TenantScope scope) {

  /** Every story. */
  public static final StoryFilter ALL =
      new StoryFilter(Set.of(), "", Optional.empty(), Optional.empty(), TenantScope.ALL);

  /** Those that have not ended. */
  public static final StoryFilter OPEN =
      new StoryFilter(
          Set.of(StoryState.PENDING, StoryState.RUNNING),
          "",
          Optional.empty(),
          Optional.empty(),
          TenantScope.ALL);

  private static final int NAME_PREFIX_MAX = 200;

  /** Whose they are makes no difference. */
  public StoryFilter(
      Set<StoryState> states,
      String namePrefix,
      Optional<Instant> since,
      Optional<Instant> before) {
    this(states, namePrefix, since, before, TenantScope.ALL);
  }

  /** Those of them that this scope covers; empty if these are none, whatever there is. */
  public Optional<StoryFilter> within(TenantScope other) {
    if (!scope.isAll() && !other.covers(scope.word())) {
      return Optional.empty();
    }
    return Optional.of(
        scope.isAll() ? new StoryFilter(states, namePrefix, since, before, other) : this);
  }

  public StoryFilter {
    states = Set.copyOf(states);
    requireNonNull(namePrefix, "namePrefix");
    require(
        namePrefix.length() <= NAME_PREFIX_MAX,
        "expected a start of a name of at most %d characters, found %d",
        NAME_PREFIX_MAX,
        namePrefix.length());
    requireNonNull(since, "since");
    requireNonNull(before, "before");
    requireNonNull(scope, "scope");
  }
}

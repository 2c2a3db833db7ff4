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
 */
public record StoryFilter(
    Set<StoryState> states, String namePrefix, Optional<Instant> since, Optional<Instant> before) {

  /** Every story. */
  public static final StoryFilter ALL =
      new StoryFilter(Set.of(), "", Optional.empty(), Optional.empty());

  /** Those that have not ended. */
  public static final StoryFilter OPEN =
      new StoryFilter(
          Set.of(StoryState.PENDING, StoryState.RUNNING), "", Optional.empty(), Optional.empty());

  private static final int NAME_PREFIX_MAX = 200;

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
  }
}

package dev.longtake.coordinator.catalog;

import static java.util.Objects.requireNonNull;

import dev.longtake.story.status.StoryState;
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

  public StoryFilter {
    states = Set.copyOf(states);
    requireNonNull(namePrefix, "namePrefix");
    requireNonNull(since, "since");
    requireNonNull(before, "before");
  }
}

package dev.longtake.coordinator.dispatch.moves;

import dev.longtake.coordinator.dispatch.ChunkCounts;
import dev.longtake.coordinator.dispatch.Seat;
import dev.longtake.coordinator.dispatch.StoryDemand;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Which engine classes stories are pinned to though no worker of them has been there for a while.
 * Their stories go to another class that is there, while nothing of them was begun. Has no clock:
 * time is how often it is asked.
 */
public final class Vacancies {

  /** Workers of one kind that take work of a tenant. */
  private record Wanted(StoryDemand.Pin pin, String tenant) {

    private static Optional<Wanted> of(StoryDemand story) {
      return story.pin().map(pin -> new Wanted(pin, story.claimant().tenant()));
    }
  }

  /** A story that may give its engine class up. */
  public record Unpin(String storyId, String engineClass) {}

  private final int checksMax;
  private final Map<Wanted, Integer> checks = new HashMap<>();

  /**
   * None yet.
   *
   * @param checksMax for so many checks in a row a class has to be away
   */
  public Vacancies(int checksMax) {
    this.checksMax = Math.max(1, checksMax);
  }

  /**
   * Looks again.
   *
   * @return what is to be told to stories; not once for all, because their own state decides
   */
  public List<Unpin> check(Collection<Seat> present, Collection<StoryDemand> stories) {
    Set<Wanted> vacant =
        stories.stream()
            .flatMap(story -> Wanted.of(story).stream())
            .distinct()
            .filter(it -> present.stream().noneMatch(seat -> seat.fits(it.pin(), it.tenant())))
            .collect(Collectors.toSet());
    checks.keySet().retainAll(vacant);
    vacant.forEach(pin -> checks.merge(pin, 1, Integer::sum));
    return stories.stream()
        .filter(story -> isUntouched(story) && mayDoBetter(present, story))
        .flatMap(
            story ->
                Wanted.of(story).filter(this::isGone).map(it -> unpin(story, it.pin())).stream())
        .toList();
  }

  /** Whether anybody is there for it at all. */
  private static boolean mayDoBetter(Collection<Seat> present, StoryDemand story) {
    String tenant = story.claimant().tenant();
    return present.stream().anyMatch(seat -> !seat.draining() && seat.scope().covers(tenant));
  }

  private boolean isGone(Wanted wanted) {
    return checks.getOrDefault(wanted, 0) >= checksMax;
  }

  private static boolean isUntouched(StoryDemand story) {
    ChunkCounts chunks = story.chunks();
    return chunks.waiting() > 0
        && chunks.leased() + chunks.done() == 0
        && story.shots().stream().allMatch(StoryDemand.Shot::isNew);
  }

  private static Unpin unpin(StoryDemand story, StoryDemand.Pin pin) {
    return new Unpin(story.storyId(), pin.engineClass());
  }
}

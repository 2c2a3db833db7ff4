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

  /** A story that may give its engine class up. */
  public record Unpin(String storyId, String engineClass) {}

  private final int checksMax;
  private final Map<StoryDemand.Pin, Integer> checks = new HashMap<>();

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
    Set<StoryDemand.Pin> vacant =
        stories.stream()
            .map(StoryDemand::pin)
            .flatMap(Optional::stream)
            .distinct()
            .filter(pin -> present.stream().noneMatch(seat -> fits(seat, pin)))
            .collect(Collectors.toSet());
    checks.keySet().retainAll(vacant);
    vacant.forEach(pin -> checks.merge(pin, 1, Integer::sum));
    if (present.stream().allMatch(Seat::draining)) {
      return List.of(); // Nobody is there who could do better.
    }
    return stories.stream()
        .filter(Vacancies::isUntouched)
        .flatMap(story -> story.pin().stream().filter(this::isGone).map(pin -> unpin(story, pin)))
        .toList();
  }

  private static boolean fits(Seat seat, StoryDemand.Pin pin) {
    return seat.isEquivalentTo(pin.engineClass(), pin.model());
  }

  private boolean isGone(StoryDemand.Pin pin) {
    return checks.getOrDefault(pin, 0) >= checksMax;
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

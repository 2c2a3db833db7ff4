package dev.longtake.coordinator.dispatch;

import dev.longtake.coordinator.story.StoryEvent;
import dev.longtake.coordinator.story.StoryEvent.FilmAssembled;
import dev.longtake.coordinator.story.StoryEvent.StoryFailed;
import dev.longtake.coordinator.story.StoryEvent.StorySubmitted;
import dev.longtake.coordinator.story.StoryEvent.WorkDone;
import dev.longtake.coordinator.story.StoryEvent.WorkLeased;
import dev.longtake.coordinator.story.StoryProgress;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * The journal of a simulation: what is written stays, and of two who write at the same place the
 * second is refused, as by the database's key.
 */
final class SimJournal {

  private final SimFarm farm;
  private final Map<String, List<StoryEvent>> stories = new TreeMap<>();
  private final Set<String> open = new TreeSet<>();

  SimJournal(SimFarm farm) {
    this.farm = farm;
  }

  /** Writes events after the first {@code position} ones; false if others are there. */
  boolean append(String storyId, long position, List<StoryEvent> events) {
    List<StoryEvent> written = stories.computeIfAbsent(storyId, id -> new ArrayList<>());
    if (written.size() != position) {
      return false;
    }
    requireSound(storyId, events);
    written.addAll(farm.rules().kept(farm, events));
    if (events.stream().anyMatch(SimJournal::isEnd)) {
      open.remove(storyId);
    } else if (position == 0) {
      open.add(storyId);
    }
    return true;
  }

  /** What all events of a story come to; empty if there are none. */
  Optional<StoryProgress> replay(String storyId) {
    List<StoryEvent> events = stories.getOrDefault(storyId, List.of());
    if (events.isEmpty()) {
      return Optional.empty();
    }
    StoryProgress story = StoryProgress.of((StorySubmitted) events.getFirst());
    for (StoryEvent event : events.subList(1, events.size())) {
      story = story.apply(event);
    }
    return Optional.of(story);
  }

  int size(String storyId) {
    return stories.getOrDefault(storyId, List.of()).size();
  }

  private static boolean isEnd(StoryEvent event) {
    return event instanceof FilmAssembled || event instanceof StoryFailed;
  }

  /** As the catalog has it. */
  Set<String> open() {
    return open;
  }

  /** Each piece of work is committed by its newest attempt, and once until it is taken back. */
  private void requireSound(String storyId, List<StoryEvent> events) {
    if (events.stream().noneMatch(it -> it instanceof WorkDone || it instanceof WorkLeased)) {
      return;
    }
    Optional<StoryProgress> before = replay(storyId);
    for (StoryEvent event : events) {
      if (event instanceof WorkDone(int shot, var kind, int index, int attempt, var artifact)
          && before.isPresent()) {
        int newest = before.get().shots().get(shot).works(kind).get(index).attempt();
        if (attempt != newest) {
          throw new SimViolation(
              "%s of %s: attempt %d is committed, the newest is %d"
                  .formatted(kind, storyId, attempt, newest));
        }
      }
      if (event instanceof WorkLeased(int shot, var kind, var grants)) {
        farm.checker().leased(storyId, shot, kind, grants, before.orElseThrow());
      }
      before = before.map(story -> story.apply(event));
    }
  }
}

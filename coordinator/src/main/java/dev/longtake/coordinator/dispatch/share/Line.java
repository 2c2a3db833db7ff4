package dev.longtake.coordinator.dispatch.share;

import dev.longtake.coordinator.dispatch.StoryDemand;
import java.util.List;
import java.util.NavigableMap;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What the stories of one tenant want of one kind of workers, by what they want, in the order in
 * which they are served. Changed in place: one owner.
 */
public final class Line {

  /** What there is to be had now. */
  public record Supply(boolean forSegments, boolean forRestarts, boolean forNewShots) {}

  private final NavigableMap<Standing, StoryDemand> segments = new TreeMap<>();
  private final NavigableMap<Standing, StoryDemand> restarts = new TreeMap<>();
  private final NavigableMap<Standing, StoryDemand> newShots = new TreeMap<>();
  private NewShots waitingShots = NewShots.NONE;
  private int waitingChunks;

  /** A story wants this. */
  public void add(Standing standing, StoryDemand story) {
    waitingChunks += chunks(story);
    for (StoryDemand.Shot shot : story.shots()) {
      if (!shot.segments().isEmpty()) {
        segments.put(standing, story);
      }
      if (shot.isNew()) {
        newShots.put(standing, story);
        waitingShots = waitingShots.plus(shot.chunks().size());
      } else if (!shot.chunks().isEmpty()) {
        restarts.put(standing, story);
      }
    }
  }

  /** A story that was added does not want it any more. */
  public void remove(Standing standing, StoryDemand story) {
    segments.remove(standing);
    restarts.remove(standing);
    newShots.remove(standing);
    waitingChunks -= chunks(story);
    for (StoryDemand.Shot shot : story.shots()) {
      waitingShots = shot.isNew() ? waitingShots.minus(shot.chunks().size()) : waitingShots;
    }
  }

  private static int chunks(StoryDemand story) {
    return story.shots().stream().mapToInt(shot -> shot.chunks().size()).sum();
  }

  /** Shots that nobody has begun. */
  NewShots waitingShots() {
    return waitingShots;
  }

  /** Chunks that wait for a worker, those that are dealt out now among them. */
  public int waitingChunks() {
    return waitingChunks;
  }

  /** Whether nothing is wanted. */
  public boolean isEmpty() {
    return segments.isEmpty() && restarts.isEmpty() && newShots.isEmpty();
  }

  /** The next story after another one that may get something. */
  public Optional<Standing> next(Optional<Standing> after, Supply supply) {
    return Stream.of(
            supply.forSegments() ? key(segments, after) : null,
            supply.forRestarts() ? key(restarts, after) : null,
            supply.forNewShots() ? key(newShots, after) : null)
        .filter(Objects::nonNull)
        .min(Standing::compareTo);
  }

  private static @Nullable Standing key(
      NavigableMap<Standing, StoryDemand> queue, Optional<Standing> after) {
    if (queue.isEmpty()) {
      return null;
    }
    return after.isEmpty() ? queue.firstKey() : queue.higherKey(after.get());
  }

  /** Its shots that wait to be decoded. */
  public List<StoryDemand.Shot> segments(Standing standing) {
    return shots(segments, standing);
  }

  /** Its shots of which chunks were taken back. */
  public List<StoryDemand.Shot> restarts(Standing standing) {
    return shots(restarts, standing).stream()
        .filter(shot -> !shot.isNew() && !shot.chunks().isEmpty())
        .toList();
  }

  /** Its shots that nobody has begun. */
  public List<StoryDemand.Shot> newShots(Standing standing) {
    return shots(newShots, standing).stream().filter(StoryDemand.Shot::isNew).toList();
  }

  private static List<StoryDemand.Shot> shots(
      NavigableMap<Standing, StoryDemand> queue, Standing standing) {
    StoryDemand story = queue.get(standing);
    return story == null ? List.of() : story.shots();
  }
}

package dev.longtake.coordinator.story.vigil;

import static dev.longtake.error.Require.require;

import dev.longtake.coordinator.story.ShotProgress;
import dev.longtake.coordinator.story.StepCounts;
import dev.longtake.coordinator.story.StoryProgress;
import dev.longtake.coordinator.story.WorkState;
import dev.longtake.coordinator.story.WorkState.Leased;
import dev.longtake.lease.LeaseToken.Kind;
import dev.longtake.words.DurationText;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Which shots of a story are under way and do not move. Looked at now and then, with the time as an
 * argument. Not journaled: after a restart everything has just moved. Not safe for several threads.
 *
 * <p>What waits for a worker is not under way: why it waits says dispatch. A worker that does not
 * move is found where all that it holds is known, for whatever story.
 */
public final class Stillness {

  private static final Duration LOOK_MAX = Duration.ofSeconds(30);

  /**
   * How long nothing may happen.
   *
   * @param shot after so long without a step or a segment a shot is said to stand still
   */
  public record Patience(Duration shot) {

    /** What is so where nobody has said otherwise. */
    public static final Patience DEFAULT = new Patience(Duration.ofMinutes(5));

    public Patience {
      require(shot.isPositive(), "shot is not positive: %s", shot);
    }

    /** How often it is to be looked. */
    public Duration interval() {
      Duration quarter = shot.dividedBy(4);
      return quarter.compareTo(LOOK_MAX) < 0 ? quarter : LOOK_MAX;
    }
  }

  /**
   * A shot that stands still.
   *
   * @param since when it moved last, as far as this process knows
   */
  public record Still(String shotId, ShotProgress.State state, Instant since) {

    /** A sentence without its full stop. */
    public String sentence(Instant now) {
      return "shot %s (%s) has not moved for %s"
          .formatted(shotId, state, DurationText.said(Duration.between(since, now)));
    }
  }

  /** Where a shot is; any other value means that it has moved. */
  private record ShotPlace(
      ShotProgress.State state, int stepsDone, int attempts, int chunksDone, int segmentsDone) {}

  private record Mark(ShotPlace place, Instant since) {}

  private final Patience patience;
  private final Map<Integer, Mark> shots = new HashMap<>();

  public Stillness(Patience patience) {
    this.patience = patience;
  }

  /** Looks at the story as it is now: which shots stand still. */
  public List<Still> look(StoryProgress story, StepCounts steps, Instant now) {
    if (!story.isOpen()) {
      shots.clear();
      return List.of();
    }
    List<Still> still = new ArrayList<>();
    for (ShotProgress shot : story.shots()) {
      int index = shot.plan().shotIndex();
      Mark mark = mark(index, place(shot, steps), now);
      if (!isUnderWay(shot)) {
        shots.remove(index);
      } else if (isOver(mark.since(), patience.shot(), now)) {
        still.add(new Still(shot.plan().shot().id(), shot.state(), mark.since()));
      }
    }
    shots.keySet().removeIf(index -> index >= story.shots().size());
    return still;
  }

  private Mark mark(int index, ShotPlace place, Instant now) {
    Mark before = shots.get(index);
    if (before != null && before.place().equals(place)) {
      return before;
    }
    Mark moved = new Mark(place, now);
    shots.put(index, moved);
    return moved;
  }

  private static boolean isOver(Instant since, Duration patience, Instant now) {
    return Duration.between(since, now).compareTo(patience) >= 0;
  }

  private static ShotPlace place(ShotProgress shot, StepCounts steps) {
    int attempts = 0;
    for (Kind kind : Kind.values()) {
      attempts += shot.works(kind).stream().mapToInt(WorkState::attempt).sum();
    }
    return new ShotPlace(
        shot.state(), steps.stepsDone(shot), attempts, shot.chunksDone(), shot.segmentsDone());
  }

  private static boolean isUnderWay(ShotProgress shot) {
    boolean isHeld =
        shot.chunks().stream().anyMatch(Leased.class::isInstance)
            || shot.segments().stream().anyMatch(Leased.class::isInstance);
    return isHeld || shot.isToBeJoined();
  }
}

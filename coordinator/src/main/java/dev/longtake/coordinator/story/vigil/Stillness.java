package dev.longtake.coordinator.story.vigil;

import static dev.longtake.error.Require.require;

import dev.longtake.coordinator.story.ShotProgress;
import dev.longtake.coordinator.story.StepCounts;
import dev.longtake.coordinator.story.StoryProgress;
import dev.longtake.coordinator.story.WorkState;
import dev.longtake.coordinator.story.WorkState.Leased;
import dev.longtake.coordinator.story.WorkerKey;
import dev.longtake.error.ErrorCode;
import dev.longtake.lease.LeaseToken;
import dev.longtake.lease.LeaseToken.Kind;
import dev.longtake.lease.Report;
import dev.longtake.words.DurationText;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * What of a story is under way and does not move: shots, which is said, and workers, which lose
 * what they hold. Looked at now and then, with the time as an argument. Not journaled: after a
 * restart everything has just moved. Not safe for several threads.
 *
 * <p>What waits for a worker is not under way: why it waits says dispatch. A chunk that waits for
 * its neighbour's slab is not blamed, because the neighbour's worker is.
 */
public final class Stillness {

  private static final Duration LOOK_MAX = Duration.ofSeconds(30);

  /**
   * How long nothing may happen.
   *
   * @param shot after so long without a step or a segment a shot is said to stand still
   * @param worker after so long without a step or a segment a worker loses what it holds
   */
  public record Patience(Duration shot, Duration worker) {

    /** What is so where nobody has said otherwise. */
    public static final Patience DEFAULT = new Patience(Duration.ofMinutes(5), Duration.ofHours(1));

    public Patience {
      require(shot.isPositive(), "shot is not positive: %s", shot);
      require(worker.isPositive(), "worker is not positive: %s", worker);
    }

    /** How often it is to be looked. */
    public Duration interval() {
      Duration shorter = shot.compareTo(worker) < 0 ? shot : worker;
      Duration quarter = shorter.dividedBy(4);
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

  /** What a worker would have to say, if it knew. */
  public record Overdue(WorkerKey worker, Report report) {}

  /** What was found. */
  public record Findings(List<Still> still, List<Overdue> overdue) {

    /** Everything moves. */
    public static final Findings NONE = new Findings(List.of(), List.of());

    public Findings {
      still = List.copyOf(still);
      overdue = List.copyOf(overdue);
    }
  }

  /** Where a shot is; any other value means that it has moved. */
  private record ShotPlace(
      ShotProgress.State state, int stepsDone, int attempts, int chunksDone, int segmentsDone) {}

  /** Where a piece of work is, in the same way. */
  private record PiecePlace(int attempt, int stepsDone) {}

  private record Piece(int shotIndex, Kind kind, int index) {}

  private record Mark<T>(T place, Instant since) {}

  private final Patience patience;
  private final Map<Integer, Mark<ShotPlace>> shots = new HashMap<>();
  private final Map<Piece, Mark<PiecePlace>> pieces = new HashMap<>();

  public Stillness(Patience patience) {
    this.patience = patience;
  }

  /** Looks at the story as it is now. */
  public Findings look(StoryProgress story, StepCounts steps, Instant now) {
    if (!story.isOpen()) {
      shots.clear();
      pieces.clear();
      return Findings.NONE;
    }
    List<Still> still = new ArrayList<>();
    Map<Piece, Leased> held = new HashMap<>();
    for (ShotProgress shot : story.shots()) {
      int index = shot.plan().shotIndex();
      Mark<ShotPlace> mark = mark(shots, index, place(shot, steps), now);
      addHeld(held, shot);
      if (!isUnderWay(shot)) {
        shots.remove(index);
      } else if (isOver(mark.since(), patience.shot(), now)) {
        still.add(new Still(shot.plan().shot().id(), shot.state(), mark.since()));
      }
    }
    shots.keySet().removeIf(index -> index >= story.shots().size());
    pieces.keySet().retainAll(held.keySet());
    return new Findings(still, overdue(story, held, steps, now));
  }

  private static <K, T> Mark<T> mark(Map<K, Mark<T>> marks, K key, T place, Instant now) {
    Mark<T> before = marks.get(key);
    if (before != null && before.place().equals(place)) {
      return before;
    }
    Mark<T> moved = new Mark<>(place, now);
    marks.put(key, moved);
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

  private static void addHeld(Map<Piece, Leased> held, ShotProgress shot) {
    for (Kind kind : Kind.values()) {
      List<WorkState> works = shot.works(kind);
      for (int i = 0; i < works.size(); i++) {
        if (works.get(i) instanceof Leased leased) {
          held.put(new Piece(shot.plan().shotIndex(), kind, i), leased);
        }
      }
    }
  }

  /** Workers of whose pieces none has moved, with one of them that waits for nobody. */
  private List<Overdue> overdue(
      StoryProgress story, Map<Piece, Leased> held, StepCounts steps, Instant now) {
    Map<WorkerKey, Overdue> overdue = new TreeMap<>();
    Set<WorkerKey> moving =
        held.entrySet().stream()
            .filter(it -> !isStill(story, it.getKey(), it.getValue(), steps, now))
            .map(it -> it.getValue().worker())
            .collect(Collectors.toSet());
    held.forEach(
        (piece, leased) -> {
          boolean isBlamed =
              !moving.contains(leased.worker())
                  && !steps.isWaiting(piece.shotIndex(), piece.index(), leased.attempt());
          if (isBlamed) {
            overdue.putIfAbsent(leased.worker(), overdue(story, piece, leased));
          }
        });
    return List.copyOf(overdue.values());
  }

  private boolean isStill(
      StoryProgress story, Piece piece, Leased leased, StepCounts steps, Instant now) {
    ShotProgress shot = story.shots().get(piece.shotIndex());
    int stepsDone =
        switch (piece.kind()) {
          case CHUNK -> steps.stepsDone(shot, piece.index());
          case SEGMENT -> 0;
        };
    Mark<PiecePlace> mark = mark(pieces, piece, new PiecePlace(leased.attempt(), stepsDone), now);
    return isOver(mark.since(), patience.worker(), now);
  }

  private Overdue overdue(StoryProgress story, Piece piece, Leased leased) {
    var token =
        new LeaseToken(
            story.storyId(), piece.shotIndex(), piece.kind(), piece.index(), leased.attempt());
    return new Overdue(
        leased.worker(),
        new Report(
            token,
            new Report.Failed(
                ErrorCode.DEADLINE_EXCEEDED,
                "expected the worker to come further within %s, found none of what it holds moved"
                    .formatted(DurationText.said(patience.worker())))));
  }
}

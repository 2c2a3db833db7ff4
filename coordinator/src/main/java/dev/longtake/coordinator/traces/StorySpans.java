package dev.longtake.coordinator.traces;

import static java.util.Objects.requireNonNull;

import dev.longtake.coordinator.story.StoryEvent;
import dev.longtake.coordinator.story.StoryEvent.ChunksToResume;
import dev.longtake.coordinator.story.StoryEvent.ClipCut;
import dev.longtake.coordinator.story.StoryEvent.FilmAssembled;
import dev.longtake.coordinator.story.StoryEvent.HolderLost;
import dev.longtake.coordinator.story.StoryEvent.ShotJoined;
import dev.longtake.coordinator.story.StoryEvent.StoryCancelled;
import dev.longtake.coordinator.story.StoryEvent.StoryClaimed;
import dev.longtake.coordinator.story.StoryEvent.StoryFailed;
import dev.longtake.coordinator.story.StoryEvent.StoryPlanned;
import dev.longtake.coordinator.story.StoryEvent.StoryRetried;
import dev.longtake.coordinator.story.StoryEvent.StorySubmitted;
import dev.longtake.coordinator.story.StoryEvent.StoryUnpinned;
import dev.longtake.coordinator.story.StoryEvent.WorkDone;
import dev.longtake.coordinator.story.StoryEvent.WorkFailed;
import dev.longtake.coordinator.story.StoryEvent.WorkLeased;
import dev.longtake.coordinator.story.StoryEvent.WorkReleased;
import dev.longtake.coordinator.story.StoryProgress;
import dev.longtake.coordinator.story.StoryProgress.Ending;
import dev.longtake.lease.LeaseToken.Kind;
import dev.longtake.trace.Facts;
import dev.longtake.trace.Span;
import dev.longtake.trace.TraceContext;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The parts of one story that are under way, as one coordinator has seen them begin. What was under
 * way when it first saw the story has begun at a time that it does not know, and says so. Used by
 * the story's actor alone.
 *
 * <p>A piece that comes a second time, such as the story itself when it was told to go on after a
 * failure, is a part of its own beside the first one, since the first one has left.
 */
final class StorySpans {

  private static final String DONE = "done";
  private static final String RELEASED = "released";

  /** Outcomes that are nobody's failure. */
  private static final Set<String> PEACEFUL = Set.of(DONE, RELEASED, "cancelled");

  private record Begun(Facts facts, Instant at, boolean isKnown, boolean isAgain) {}

  /** One piece of work of a shot, whichever attempt. */
  private record WorkPlace(int shot, Kind kind, int index) {}

  private final TraceContext story;
  private final Map<Piece, Begun> open = new LinkedHashMap<>();

  /** Those of which a first one has left, or may have. */
  private final Set<Piece> ended = new HashSet<>();

  /** Nothing of the story has been seen before this. */
  StorySpans(StoryProgress first, Instant now) {
    story = contextOf(first);
    Piece.underWay(first)
        .forEach((piece, facts) -> open.put(piece, seen(piece, facts, first, now)));
    if (!first.isOpen()) {
      ended.addAll(Piece.unfinished(first).keySet()); // They left when it ended.
    }
  }

  /** A story's place in traces. */
  static TraceContext contextOf(StoryProgress story) {
    return TraceContext.ofStory(story.storyId(), story.submission().at());
  }

  private static Begun seen(Piece piece, Facts facts, StoryProgress first, Instant now) {
    boolean isKnown = piece.isWhole() || piece.what() == Piece.What.PLAN;
    return new Begun(facts, isKnown ? first.submission().at() : now, isKnown, false);
  }

  /** The parts that have come to their end with these events. */
  List<Span> happened(StoryProgress after, List<StoryEvent> events, Instant now) {
    Map<Piece, Facts> underWay = Piece.underWay(after);
    Map<WorkPlace, String> outcomes = new HashMap<>();
    events.forEach(event -> note(outcomes, event));
    List<Span> spans = new ArrayList<>();
    for (Piece piece : List.copyOf(open.keySet())) {
      if (!underWay.containsKey(piece)) {
        spans.add(end(piece, after, outcomes, now));
      }
    }
    underWay.forEach(
        (piece, facts) ->
            open.computeIfAbsent(piece, it -> new Begun(facts, now, true, ended.contains(it))));
    return spans;
  }

  private static void note(Map<WorkPlace, String> outcomes, StoryEvent event) {
    switch (event) {
      case WorkDone(int shot, Kind kind, int index, int _, var _) ->
          outcomes.putIfAbsent(new WorkPlace(shot, kind, index), DONE);
      case WorkFailed(int shot, Kind kind, int index, int _, var code, var _) ->
          outcomes.putIfAbsent(new WorkPlace(shot, kind, index), code.dotted());
      case HolderLost(int shot, Kind kind, var indexes) ->
          indexes.forEach(it -> outcomes.putIfAbsent(new WorkPlace(shot, kind, it), "lost"));
      case WorkReleased(int shot, Kind kind, var indexes, var _) ->
          indexes.forEach(it -> outcomes.putIfAbsent(new WorkPlace(shot, kind, it), RELEASED));
      case StorySubmitted _,
          StoryPlanned _,
          WorkLeased _,
          ChunksToResume _,
          ShotJoined _,
          ClipCut _,
          FilmAssembled _,
          StoryUnpinned _,
          StoryFailed _,
          StoryRetried _,
          StoryClaimed _,
          StoryCancelled _ -> {}
    }
  }

  private Span end(Piece piece, StoryProgress after, Map<WorkPlace, String> outcomes, Instant now) {
    Begun begun = requireNonNull(open.remove(piece));
    if (!piece.isAttempt() || !after.isOpen()) {
      ended.add(piece);
    }
    String outcome = outcome(piece, after, outcomes);
    Facts facts = begun.facts().and("longtake.outcome", outcome);
    TraceContext first = piece.in(story);
    return new Span(
        begun.isAgain() ? first.part("again " + begun.at()) : first,
        piece.isWhole() && !begun.isAgain() ? Optional.empty() : Optional.of(piece.parent(story)),
        piece.word(),
        begun.at(),
        now,
        begun.isKnown() ? facts : facts.and("longtake.start", "unknown"),
        List.of(),
        Optional.of(outcome).filter(it -> !PEACEFUL.contains(it)));
  }

  private static String outcome(Piece piece, StoryProgress after, Map<WorkPlace, String> outcomes) {
    String ofStory =
        switch (after.ending()) {
          case Ending.Open _, Ending.Succeeded _ -> piece.isAttempt() ? RELEASED : DONE;
          case Ending.Failed failed -> failed.code().dotted();
          case Ending.Cancelled _ -> "cancelled";
        };
    return piece
        .kind()
        .map(
            kind ->
                outcomes.getOrDefault(new WorkPlace(piece.shot(), kind, piece.index()), ofStory))
        .orElse(ofStory);
  }
}

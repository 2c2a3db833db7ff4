package dev.longtake.coordinator.story;

import static java.util.Comparator.comparingInt;

import dev.longtake.coordinator.story.WorkState.Done;
import dev.longtake.coordinator.story.WorkState.Leased;
import dev.longtake.coordinator.story.WorkState.Waiting;
import dev.longtake.lease.LeaseToken.Kind;
import dev.longtake.story.status.Explanation;
import dev.longtake.story.status.Explanation.Note;
import dev.longtake.story.status.Explanation.Piece;
import dev.longtake.story.status.Explanation.Shot;
import dev.longtake.story.status.Reason;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Why each chunk and segment of a story stands where it stands: what the story itself says, and for
 * what waits for a worker what dispatch says. Pure.
 */
public final class StoryReasons {

  private final StoryProgress story;
  private final StepCounts steps;
  private final Outlook outlook;
  private final String still;

  private StoryReasons(StoryProgress story, StepCounts steps, Outlook outlook, String still) {
    this.story = story;
    this.steps = steps;
    this.outlook = outlook;
    this.still = still;
  }

  /**
   * One reason for each piece of the story.
   *
   * @param outlook what dispatch says of it
   * @param still what stands still, in sentences; empty if everything moves
   */
  public static Explanation of(
      StoryProgress story, StepCounts steps, Outlook outlook, String still) {
    return new StoryReasons(story, steps, outlook, still).explanation();
  }

  private Explanation explanation() {
    List<Shot> shots =
        story.shots().isEmpty()
            ? story.story().shots().stream()
                .map(shot -> new Shot(shot.id(), unplanned(), List.of(), List.of()))
                .toList()
            : story.shots().stream().map(this::shot).toList();
    return new Explanation(
        story.storyId(),
        story.story().name(),
        StorySummaries.of(story).state(),
        shots,
        notes(shots));
  }

  private Reason unplanned() {
    return story.isOpen() ? outlook.otherwise() : Reason.ENDED;
  }

  private Shot shot(ShotProgress shot) {
    List<Piece> chunks = new ArrayList<>();
    for (int i = 0; i < shot.chunks().size(); i++) {
      chunks.add(piece(shot, Kind.CHUNK, i));
    }
    List<Piece> segments = new ArrayList<>();
    for (int i = 0; i < shot.segments().size(); i++) {
      segments.add(piece(shot, Kind.SEGMENT, i));
    }
    return new Shot(shot.plan().shot().id(), dominant(shot, chunks, segments), chunks, segments);
  }

  /** That of most of what is not done; of several, the first. */
  private Reason dominant(ShotProgress shot, List<Piece> chunks, List<Piece> segments) {
    List<Piece> unfinished =
        unfinished(chunks).isEmpty() ? unfinished(segments) : unfinished(chunks);
    if (unfinished.isEmpty()) {
      return story.isOpen() && shot.isToBeCut() ? Reason.FINISHING : Reason.DONE;
    }
    Map<Reason, Integer> counts = new EnumMap<>(Reason.class);
    unfinished.forEach(piece -> counts.merge(piece.reason(), 1, Integer::sum));
    return counts.entrySet().stream()
        .min(
            comparingInt((Map.Entry<Reason, Integer> entry) -> -entry.getValue())
                .thenComparing(Map.Entry::getKey))
        .orElseThrow()
        .getKey();
  }

  private static List<Piece> unfinished(List<Piece> pieces) {
    return pieces.stream().filter(piece -> piece.reason() != Reason.DONE).toList();
  }

  private Piece piece(ShotProgress shot, Kind kind, int index) {
    WorkState work = shot.works(kind).get(index);
    return new Piece(
        reason(shot, kind, index),
        story.isOpen() && work instanceof Leased leased
            ? Optional.of(leased.worker().workerId())
            : Optional.empty(),
        work.attempt(),
        work.failures());
  }

  private Reason reason(ShotProgress shot, Kind kind, int index) {
    WorkState work = shot.works(kind).get(index);
    if (work instanceof Done || (kind == Kind.CHUNK && shot.latents().isPresent())) {
      return Reason.DONE;
    }
    if (!story.isOpen()) {
      return Reason.ENDED;
    }
    return switch (work) {
      case Done done -> Reason.DONE;
      case Leased leased -> held(shot, kind, index, leased);
      case Waiting waiting ->
          switch (kind) {
            case CHUNK -> outlook(shot, kind, index);
            case SEGMENT ->
                shot.latents().isPresent()
                    ? outlook(shot, kind, index)
                    : shot.isToBeJoined() ? Reason.JOINING : Reason.CHUNKS;
          };
    };
  }

  private Reason outlook(ShotProgress shot, Kind kind, int index) {
    return outlook.reason(new Outlook.Piece(shot.plan().shotIndex(), kind, index));
  }

  private Reason held(ShotProgress shot, Kind kind, int index, Leased leased) {
    if (outlook.absent().contains(leased.worker())) {
      return Reason.WORKER_AWAY;
    }
    boolean waits =
        kind == Kind.CHUNK && steps.isWaiting(shot.plan().shotIndex(), index, leased.attempt());
    return waits ? Reason.NEIGHBOURS : Reason.RUNNING;
  }

  private List<Note> notes(List<Shot> shots) {
    Map<Reason, Integer> chunks = new EnumMap<>(Reason.class);
    Map<Reason, Integer> segments = new EnumMap<>(Reason.class);
    for (Shot shot : shots) {
      chunks.putIfAbsent(shot.reason(), 0);
      shot.chunks().forEach(piece -> chunks.merge(piece.reason(), 1, Integer::sum));
      shot.segments().forEach(piece -> segments.merge(piece.reason(), 1, Integer::sum));
    }
    segments.keySet().forEach(reason -> chunks.putIfAbsent(reason, 0));
    return chunks.entrySet().stream()
        .map(
            it ->
                new Note(
                    it.getKey(),
                    it.getValue(),
                    segments.getOrDefault(it.getKey(), 0),
                    withStill(it.getKey(), evidence(it.getKey()))))
        .toList();
  }

  private String withStill(Reason reason, String evidence) {
    boolean isUnderWay =
        reason == Reason.RUNNING || reason == Reason.NEIGHBOURS || reason == Reason.JOINING;
    return isUnderWay && !still.isEmpty() ? evidence + "; " + still : evidence;
  }

  private String evidence(Reason reason) {
    return switch (reason) {
      case DONE -> "what is made of it is in the farm's store";
      case RUNNING ->
          "%d of the farm's workers hold something of this story".formatted(story.workers().size());
      case NEIGHBOURS -> "its worker says that it waits for a slab of the chunk beside it";
      case WORKER_AWAY ->
          "%d of its %d workers are not connected"
              .formatted(outlook.absent().size(), story.workers().size());
      case FLOWING -> "%d pieces are given out now".formatted(outlook.flowing().size());
      case BUSY,
          SHARE,
          QUOTA,
          NO_WORKER,
          OTHER_MODEL,
          OTHER_TENANT,
          DRAINING,
          HELD_UP,
          SETTLING,
          UNHEARD,
          PLANNING ->
          outlook.evidence();
      case CHUNKS -> "its shot's chunks are not all done";
      case JOINING -> "its shot's chunks are all done";
      case FINISHING ->
          "%d of %d shots have their clips".formatted(story.clips().size(), story.shots().size());
      case ENDED -> "the story has ended";
    };
  }
}

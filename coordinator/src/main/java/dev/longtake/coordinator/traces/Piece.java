package dev.longtake.coordinator.traces;

import dev.longtake.coordinator.story.ShotProgress;
import dev.longtake.coordinator.story.StoryProgress;
import dev.longtake.coordinator.story.WorkState;
import dev.longtake.coordinator.story.WorkState.Leased;
import dev.longtake.lease.LeaseToken;
import dev.longtake.lease.LeaseToken.Kind;
import dev.longtake.trace.Facts;
import dev.longtake.trace.TraceContext;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A part of a story, while it lasts. Pure: which pieces there are follows from where the story
 * stands.
 *
 * @param shot -1 of the whole story
 * @param index of the chunk or the segment; -1 of anything else
 * @param attempt of the chunk or the segment; 0 of anything else
 */
record Piece(What what, int shot, int index, int attempt) {

  /** What it is. */
  enum What {
    STORY("story"),
    PLAN("plan"),
    SHOT("shot"),
    CHUNK("chunk"),
    JOIN("join"),
    SEGMENT("segment"),
    CLIP("clip"),
    FILM("film");

    private final String word;

    What(String word) {
      this.word = word;
    }
  }

  private static final Piece STORY = new Piece(What.STORY, -1, -1, 0);

  private static Piece ofShot(What what, int shot) {
    return new Piece(what, shot, -1, 0);
  }

  static Piece of(LeaseToken lease) {
    What what =
        switch (lease.kind()) {
          case CHUNK -> What.CHUNK;
          case SEGMENT -> What.SEGMENT;
        };
    return new Piece(what, lease.shotIndex(), lease.index(), lease.attempt());
  }

  /** What is under way, the whole before its parts, and what is known of each. */
  static Map<Piece, Facts> underWay(StoryProgress story) {
    return story.isOpen() ? unfinished(story) : Map.of();
  }

  /** The same, and of a story that has ended what had come to no end before. */
  static Map<Piece, Facts> unfinished(StoryProgress story) {
    Map<Piece, Facts> pieces = new LinkedHashMap<>();
    Facts facts = Facts.NONE.and("longtake.story", story.storyId());
    pieces.put(STORY, facts.and("longtake.shots", story.story().shots().size()));
    if (story.plan().isEmpty()) {
      pieces.put(new Piece(What.PLAN, -1, -1, 0), facts);
    }
    story.shots().forEach(shot -> add(pieces, shot, facts));
    if (story.isToBeAssembled()) {
      pieces.put(new Piece(What.FILM, -1, -1, 0), facts);
    }
    return pieces;
  }

  private static void add(Map<Piece, Facts> pieces, ShotProgress shot, Facts story) {
    if (shot.state() == ShotProgress.State.WAITING || shot.clip().isPresent()) {
      return;
    }
    int index = shot.plan().shotIndex();
    Facts facts = story.and("longtake.shot", index);
    pieces.put(ofShot(What.SHOT, index), facts.and("longtake.reused", shot.reused() ? 1 : 0));
    for (Kind kind : Kind.values()) {
      List<WorkState> works = shot.works(kind);
      for (int i = 0; i < works.size(); i++) {
        if (works.get(i) instanceof Leased leased) {
          var lease = new LeaseToken("-", index, kind, i, leased.attempt());
          pieces.put(of(lease), leased(facts, of(lease), leased));
        }
      }
    }
    if (shot.isToBeJoined()) {
      pieces.put(ofShot(What.JOIN, index), facts);
    }
    if (shot.isToBeCut()) {
      pieces.put(ofShot(What.CLIP, index), facts);
    }
  }

  private static Facts leased(Facts shot, Piece piece, Leased leased) {
    return shot.and("longtake." + piece.word(), piece.index())
        .and("longtake.attempt", piece.attempt())
        .and("longtake.resume_step", leased.resumeStep())
        .and("longtake.worker", leased.worker().workerId());
  }

  String word() {
    return what.word;
  }

  /** Of what a worker does, which kind of work it is. */
  Optional<Kind> kind() {
    return switch (what) {
      case CHUNK -> Optional.of(Kind.CHUNK);
      case SEGMENT -> Optional.of(Kind.SEGMENT);
      case STORY, PLAN, SHOT, JOIN, CLIP, FILM -> Optional.empty();
    };
  }

  /** Whether a worker does it. */
  boolean isAttempt() {
    return attempt > 0;
  }

  /** Whether it is the first of the trace. */
  boolean isWhole() {
    return what == What.STORY;
  }

  /** Its place in the story's trace. */
  TraceContext in(TraceContext story) {
    return isWhole() ? story : parent(story).part(name());
  }

  /** Of the piece that it belongs to; its own of the whole. */
  TraceContext parent(TraceContext story) {
    boolean isBelowShot = shot >= 0 && what != What.SHOT;
    return isBelowShot ? ofShot(What.SHOT, shot).in(story) : story;
  }

  private String name() {
    return switch (what) {
      case STORY, PLAN, JOIN, CLIP, FILM -> word();
      case SHOT -> "%s %d".formatted(word(), shot);
      case CHUNK, SEGMENT -> "%s %d attempt %d".formatted(word(), index, attempt);
    };
  }
}

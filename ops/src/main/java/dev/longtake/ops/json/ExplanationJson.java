package dev.longtake.ops.json;

import dev.longtake.story.status.Explanation;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Why the pieces of a story stand where they stand: {@code explanation.schema.json}. */
public record ExplanationJson(
    String storyId, String name, String state, List<Note> reasons, List<Shot> shots) {

  /** What speaks for a reason, and what to do about it. */
  public record Note(
      String reason, int chunkCount, int segmentCount, String evidence, String remedy) {

    private static Note of(Explanation.Note note) {
      return new Note(
          note.reason().name(),
          note.chunks(),
          note.segments(),
          note.evidence(),
          note.reason().remedy());
    }
  }

  /** One shot. */
  public record Shot(String shotId, String reason, List<Piece> chunks, List<Piece> segments) {

    private static Shot of(Explanation.Shot shot) {
      return new Shot(
          shot.shotId(),
          shot.reason().name(),
          shot.chunks().stream().map(Piece::of).toList(),
          shot.segments().stream().map(Piece::of).toList());
    }
  }

  /** One chunk or segment. */
  public record Piece(String reason, @Nullable String workerId, int attempt, int failures) {

    private static Piece of(Explanation.Piece piece) {
      return new Piece(
          piece.reason().name(), piece.workerId().orElse(null), piece.attempt(), piece.failures());
    }
  }

  /** The line of an explanation. */
  public static ExplanationJson of(Explanation explanation) {
    return new ExplanationJson(
        explanation.storyId(),
        explanation.name(),
        explanation.state().name(),
        explanation.notes().stream().map(Note::of).toList(),
        explanation.shots().stream().map(Shot::of).toList());
  }
}

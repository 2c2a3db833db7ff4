package dev.longtake.story.status;

import static dev.longtake.error.Require.require;
import static java.util.Objects.requireNonNull;

import java.util.List;
import java.util.Optional;

/**
 * Why each piece of a story stands where it stands.
 *
 * @param notes one for each reason that there is, in their order, with what speaks for it
 */
public record Explanation(
    String storyId, String name, StoryState state, List<Shot> shots, List<Note> notes) {

  /**
   * One shot.
   *
   * @param reason that of most of its unfinished chunks, or of its segments once all chunks are
   *     done
   * @param chunks one each, in their order; none before the story is planned
   * @param segments the same
   */
  public record Shot(String shotId, Reason reason, List<Piece> chunks, List<Piece> segments) {
    public Shot {
      requireNonNull(shotId, "shotId");
      requireNonNull(reason, "reason");
      chunks = List.copyOf(chunks);
      segments = List.copyOf(segments);
    }
  }

  /**
   * A chunk or a segment.
   *
   * @param workerId who holds it
   * @param attempt the how-manieth lease is or was the last one; 0 if there was none
   * @param failures how often a worker gave it up
   */
  public record Piece(Reason reason, Optional<String> workerId, int attempt, int failures) {
    public Piece {
      requireNonNull(reason, "reason");
      requireNonNull(workerId, "workerId");
      require(attempt >= 0, "attempt is negative: %d", attempt);
      require(failures >= 0, "failures is negative: %d", failures);
    }
  }

  /**
   * What speaks for a reason.
   *
   * @param chunks so many it holds for
   * @param segments so many it holds for
   * @param evidence a sentence without its full stop, with the numbers that it rests on
   */
  public record Note(Reason reason, int chunks, int segments, String evidence) {
    public Note {
      requireNonNull(reason, "reason");
      require(chunks >= 0, "chunks is negative: %d", chunks);
      require(segments >= 0, "segments is negative: %d", segments);
      requireNonNull(evidence, "evidence");
    }
  }

  public Explanation {
    requireNonNull(storyId, "storyId");
    requireNonNull(name, "name");
    requireNonNull(state, "state");
    shots = List.copyOf(shots);
    notes = List.copyOf(notes);
  }
}

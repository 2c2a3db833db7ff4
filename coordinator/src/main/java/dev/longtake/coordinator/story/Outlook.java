package dev.longtake.coordinator.story;

import static java.util.Objects.requireNonNull;

import dev.longtake.lease.LeaseToken.Kind;
import dev.longtake.story.status.Reason;
import java.util.Set;

/**
 * What dispatch would do now with what waits of a story.
 *
 * @param flowing what is given to workers now
 * @param otherwise why nothing else of it is
 * @param evidence a sentence without its full stop, with the numbers that this rests on
 * @param absent workers that hold something of it and are not there
 */
public record Outlook(
    Set<Piece> flowing, Reason otherwise, String evidence, Set<WorkerKey> absent) {

  /** A chunk or a segment of a story. */
  public record Piece(int shotIndex, Kind kind, int index) {
    public Piece {
      requireNonNull(kind, "kind");
    }
  }

  /** Of a dispatch that does not answer. */
  public static final Outlook UNKNOWN =
      new Outlook(
          Set.of(), Reason.SETTLING, "no coordinator has answered that gives work out", Set.of());

  public Outlook {
    flowing = Set.copyOf(flowing);
    requireNonNull(otherwise, "otherwise");
    requireNonNull(evidence, "evidence");
    absent = Set.copyOf(absent);
  }

  /** Why something that waits is not at a worker. */
  Reason reason(Piece piece) {
    return flowing.contains(piece) ? Reason.FLOWING : otherwise;
  }
}

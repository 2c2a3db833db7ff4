package dev.longtake.wire;

import dev.longtake.story.StoryLimits;
import dev.longtake.story.status.Explanation;
import dev.longtake.story.status.Explanation.Note;
import dev.longtake.story.status.Explanation.Piece;
import dev.longtake.story.status.Explanation.Shot;
import dev.longtake.story.status.Reason;
import dev.longtake.wire.v1.PieceReason;
import dev.longtake.wire.v1.ReasonNote;
import dev.longtake.wire.v1.ShotReasons;
import java.util.Optional;

/** Why the pieces of a story stand where they stand, both ways. */
public final class ExplanationWire {

  private static final String PREFIX = "REASON_";
  private static final int PIECES_MAX = 100_000;

  private ExplanationWire() {}

  /** The message of an explanation. */
  public static dev.longtake.wire.v1.Explanation toProto(Explanation explanation) {
    var message =
        dev.longtake.wire.v1.Explanation.newBuilder()
            .setStoryId(explanation.storyId())
            .setName(explanation.name())
            .setState(StatusWire.toProto(explanation.state()));
    explanation.shots().forEach(shot -> message.addShots(toProto(shot)));
    explanation.notes().forEach(note -> message.addNotes(toProto(note)));
    return message.build();
  }

  private static ShotReasons toProto(Shot shot) {
    var message =
        ShotReasons.newBuilder().setShotId(shot.shotId()).setReason(toProto(shot.reason()));
    shot.chunks().forEach(piece -> message.addChunks(toProto(piece)));
    shot.segments().forEach(piece -> message.addSegments(toProto(piece)));
    return message.build();
  }

  private static PieceReason toProto(Piece piece) {
    return PieceReason.newBuilder()
        .setReason(toProto(piece.reason()))
        .setWorkerId(piece.workerId().orElse(""))
        .setAttempt(piece.attempt())
        .setFailures(piece.failures())
        .build();
  }

  private static ReasonNote toProto(Note note) {
    return ReasonNote.newBuilder()
        .setReason(toProto(note.reason()))
        .setChunks(note.chunks())
        .setSegments(note.segments())
        .setEvidence(note.evidence())
        .setRemedy(note.reason().remedy())
        .build();
  }

  private static dev.longtake.wire.v1.Reason toProto(Reason reason) {
    return dev.longtake.wire.v1.Reason.valueOf(PREFIX + reason.name());
  }

  /**
   * The explanation of a message.
   *
   * @throws dev.longtake.error.LongtakeException with {@code REQUEST_INVALID} and the field's name
   */
  public static Explanation fromProto(dev.longtake.wire.v1.Explanation message) {
    Field at = new Field("explanation");
    return new Explanation(
        message.getStoryId(),
        message.getName(),
        StatusWire.state(at.at("state"), message.getState()),
        at.at("shots").list(message.getShotsList(), StoryLimits.SHOTS_MAX, ExplanationWire::shot),
        at.at("notes").list(message.getNotesList(), Reason.values().length, ExplanationWire::note));
  }

  private static Shot shot(Field at, ShotReasons message) {
    return new Shot(
        message.getShotId(),
        reason(at, message.getReason()),
        at.at("chunks").list(message.getChunksList(), PIECES_MAX, ExplanationWire::piece),
        at.at("segments").list(message.getSegmentsList(), PIECES_MAX, ExplanationWire::piece));
  }

  private static Piece piece(Field at, PieceReason message) {
    Reason reason = reason(at, message.getReason());
    return at.make(
        () ->
            new Piece(
                reason,
                Optional.of(message.getWorkerId()).filter(id -> !id.isEmpty()),
                message.getAttempt(),
                message.getFailures()));
  }

  private static Note note(Field at, ReasonNote message) {
    Reason reason = reason(at, message.getReason());
    return at.make(
        () -> new Note(reason, message.getChunks(), message.getSegments(), message.getEvidence()));
  }

  private static Reason reason(Field at, dev.longtake.wire.v1.Reason message) {
    for (Reason reason : Reason.values()) {
      if (message.name().equals(PREFIX + reason.name())) {
        return reason;
      }
    }
    throw at.at("reason").invalid("expected a known reason, found " + message);
  }
}

package dev.longtake.coordinator.journal;

import dev.longtake.error.ErrorCode;
import dev.longtake.lease.LeaseToken.Kind;
import dev.longtake.wire.v1.StoryEvent.WorkKind;

/**
 * Kinds and codes as the journal writes them. What this version does not know, it does not guess.
 */
final class Words {

  private Words() {}

  static WorkKind form(Kind kind) {
    return switch (kind) {
      case CHUNK -> WorkKind.WORK_KIND_CHUNK;
      case SEGMENT -> WorkKind.WORK_KIND_SEGMENT;
    };
  }

  static Kind kind(WorkKind form) {
    return switch (form) {
      case WORK_KIND_CHUNK -> Kind.CHUNK;
      case WORK_KIND_SEGMENT -> Kind.SEGMENT;
      case WORK_KIND_UNSPECIFIED, UNRECOGNIZED ->
          throw new IllegalArgumentException("kind: expected a chunk or a segment, found " + form);
    };
  }

  static ErrorCode code(String name) {
    try {
      return ErrorCode.valueOf(name);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(
          "error_code: expected one that this version knows, found \"%s\"".formatted(name), e);
    }
  }

  static IllegalArgumentException unknownKind(String ofWhat) {
    return new IllegalArgumentException(
        "expected a kind of %s event that this version knows, found another one".formatted(ofWhat)
            + " (was the journal written by a newer version?)");
  }
}

package dev.longtake.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.longtake.error.LongtakeException;
import dev.longtake.story.status.Explanation;
import dev.longtake.story.status.Explanation.Note;
import dev.longtake.story.status.Explanation.Piece;
import dev.longtake.story.status.Explanation.Shot;
import dev.longtake.story.status.Reason;
import dev.longtake.story.status.StoryState;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ExplanationWireTest {

  @ParameterizedTest
  @EnumSource
  void explanation_ofEveryReason_comesBackAsItWas(Reason reason) {
    var piece = new Piece(reason, Optional.of("w"), 3, 1);
    var explanation =
        new Explanation(
            "story-1",
            "Zoo",
            StoryState.RUNNING,
            List.of(
                new Shot(
                    "lion",
                    reason,
                    List.of(piece, new Piece(reason, Optional.empty(), 0, 0)),
                    List.of(piece))),
            List.of(new Note(reason, 2, 1, "4 workers")));

    assertThat(ExplanationWire.fromProto(ExplanationWire.toProto(explanation)))
        .isEqualTo(explanation);
    assertThat(ExplanationWire.toProto(explanation).getNotes(0).getRemedy())
        .isEqualTo(reason.remedy())
        .isNotEmpty();
  }

  @Test
  void fromProto_ofNoReason_namesTheField() {
    var message =
        dev.longtake.wire.v1.Explanation.newBuilder()
            .setState(dev.longtake.wire.v1.StoryState.STORY_STATE_RUNNING)
            .addNotes(dev.longtake.wire.v1.ReasonNote.getDefaultInstance())
            .build();

    assertThatThrownBy(() -> ExplanationWire.fromProto(message))
        .isInstanceOf(LongtakeException.class)
        .hasMessageStartingWith("explanation.notes[0].reason: expected a known reason");
  }
}

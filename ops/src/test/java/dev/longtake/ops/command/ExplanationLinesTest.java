package dev.longtake.ops.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.longtake.story.status.Explanation;
import dev.longtake.story.status.Explanation.Note;
import dev.longtake.story.status.Explanation.Piece;
import dev.longtake.story.status.Explanation.Shot;
import dev.longtake.story.status.Reason;
import dev.longtake.story.status.StoryState;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ExplanationLinesTest {

  private static final Piece BUSY = new Piece(Reason.BUSY, Optional.empty(), 0, 0);

  private static Piece at(String worker) {
    return new Piece(Reason.RUNNING, Optional.of(worker), 1, 0);
  }

  @Test
  void of_aStory_putsNeighboursThatStandAlikeTogether() {
    var explanation =
        new Explanation(
            "story-7",
            "Zoo",
            StoryState.RUNNING,
            List.of(
                new Shot(
                    "lion",
                    Reason.RUNNING,
                    List.of(
                        at("a"),
                        at("a"),
                        at("b"),
                        new Piece(Reason.RUNNING, Optional.of("b"), 3, 1)),
                    List.of(new Piece(Reason.CHUNKS, Optional.empty(), 0, 0))),
                new Shot("rhino-grazes", Reason.BUSY, List.of(BUSY, BUSY), List.of())),
            List.of(
                new Note(Reason.RUNNING, 4, 0, "2 workers hold something"),
                new Note(Reason.BUSY, 2, 0, "of 2 workers 0 are idle")));

    assertThat(ExplanationLines.of(explanation))
        .containsExactly(
            "story-7  RUNNING  Zoo",
            "",
            "REASON        CHUNKS  SEGMENTS  WHY, WHAT TO DO",
            "running            4         0  2 workers hold something; nothing",
            "busy               2         0  of 2 workers 0 are idle;"
                + " wait, or start more workers of its engine class",
            "",
            "SHOT          REASON        PIECES",
            "lion          running       chunks 0-1 running at a, chunk 2 running at b,"
                + " chunk 3 running at b, attempt 3, failed 1x, segment 0 chunks",
            "rhino-grazes  busy          chunks 0-1 busy");
  }
}

package dev.longtake.ops.command;

import dev.longtake.story.status.Explanation;
import dev.longtake.story.status.Explanation.Note;
import dev.longtake.story.status.Explanation.Piece;
import dev.longtake.story.status.Explanation.Shot;
import java.util.ArrayList;
import java.util.List;

/** An explanation as people read it: a line for each reason, then one for each shot. */
final class ExplanationLines {

  private ExplanationLines() {}

  static List<String> of(Explanation explanation) {
    List<String> lines = new ArrayList<>();
    lines.add(
        "%s  %s  %s".formatted(explanation.storyId(), explanation.state(), explanation.name()));
    lines.add("");
    lines.add("%-12s  %6s  %8s  %s".formatted("REASON", "CHUNKS", "SEGMENTS", "WHY, WHAT TO DO"));
    for (Note note : explanation.notes()) {
      lines.add(
          "%-12s  %6d  %8d  %s; %s"
              .formatted(
                  note.reason().word(),
                  note.chunks(),
                  note.segments(),
                  note.evidence(),
                  note.reason().remedy()));
    }
    lines.add("");
    int width =
        Math.max(
            4, explanation.shots().stream().mapToInt(it -> it.shotId().length()).max().orElse(0));
    lines.add(
        ("%-" + width + "s  %-12s  %s").formatted("SHOT", "REASON", "PIECES").stripTrailing());
    for (Shot shot : explanation.shots()) {
      String row =
          ("%-" + width + "s  %-12s  %s")
              .formatted(shot.shotId(), shot.reason().word(), pieces(shot));
      lines.add(row.stripTrailing());
    }
    return lines;
  }

  private static String pieces(Shot shot) {
    List<String> runs = new ArrayList<>();
    addRuns(runs, "chunk", shot.chunks());
    addRuns(runs, "segment", shot.segments());
    return String.join(", ", runs);
  }

  /** Neighbours that stand alike go together: {@code chunks 0-3 running at w1}. */
  private static void addRuns(List<String> runs, String kind, List<Piece> pieces) {
    int first = 0;
    for (int i = 1; i <= pieces.size(); i++) {
      if (i == pieces.size() || !text(pieces.get(i)).equals(text(pieces.get(first)))) {
        String which =
            i - first == 1 ? kind + " " + first : "%ss %d-%d".formatted(kind, first, i - 1);
        runs.add(which + " " + text(pieces.get(first)));
        first = i;
      }
    }
  }

  private static String text(Piece piece) {
    String text = piece.reason().word();
    text += piece.workerId().map(worker -> " at " + worker).orElse("");
    if (piece.attempt() > 1) {
      text += ", attempt " + piece.attempt();
    }
    return piece.failures() == 0 ? text : text + ", failed " + piece.failures() + "x";
  }
}

package dev.longtake.ops.report;

import dev.longtake.consistency.Appearance;
import dev.longtake.consistency.FilmFigures;
import java.util.List;

/**
 * A film and all that was found out about it.
 *
 * @param appearances where each entity was looked for
 * @param findings the worst first
 */
record Examination(
    RenderedFilm film,
    FilmFigures figures,
    List<List<Appearance>> appearances,
    List<Finding> findings) {

  Examination {
    appearances = List.copyOf(appearances);
    findings = List.copyOf(findings);
  }

  /** Whether nothing has to be done: notes may stand there. */
  boolean isGood() {
    return findings.stream().allMatch(it -> it.severity() == Finding.Severity.NOTE);
  }
}

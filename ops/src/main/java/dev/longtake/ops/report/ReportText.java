package dev.longtake.ops.report;

import dev.longtake.consistency.EntityFigures;
import dev.longtake.consistency.FilmFigures;
import dev.longtake.consistency.SeamFigures;
import dev.longtake.consistency.ShotFigures;
import dev.longtake.ops.console.Words;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.OptionalDouble;
import java.util.function.ToDoubleFunction;

/** A report as a person reads it on a terminal. */
final class ReportText {

  private static final int FINDINGS_MAX = 12;

  /** Said where nothing has to be done. */
  static final String NOTHING = "Nothing to mend.";

  private final Examination examination;
  private final RenderedFilm film;
  private final FilmFigures figures;
  private final List<Finding> findings;
  private final List<String> lines = new ArrayList<>();

  private ReportText(Examination examination) {
    this.examination = examination;
    film = examination.film();
    figures = examination.figures();
    findings = examination.findings();
  }

  /** Its lines. */
  static List<String> of(Examination examination) {
    ReportText text = new ReportText(examination);
    text.film();
    text.entities();
    text.findings();
    return List.copyOf(text.lines);
  }

  private void film() {
    lines.add(
        "Film     %s: %s, %s, %s"
            .formatted(
                film.name(),
                Words.count(film.shots().size(), "shot"),
                Words.seconds(film.film().seconds()),
                film.model()));
    lines.add("Seams    " + seams());
    lines.add(
        "Drift    at most %s in colour (CIELAB), %s of the picture in new colours; sharpness x%s"
            .formatted(
                Words.number(most(shot -> shot.drift().colorChange()), 1),
                Findings.percent(most(shot -> shot.drift().palette())),
                Words.number(sharpness(), 2)));
    lines.add(
        "Motion   %s to %s of 255 a frame; %s unexplained; still for %s of the seconds at most"
            .formatted(
                Words.number(-most(shot -> -shot.motion().difference()), 2),
                Words.number(most(shot -> shot.motion().difference()), 2),
                Words.number(most(shot -> shot.motion().unexplained()), 2),
                Findings.percent(most(shot -> shot.motion().stagnation()))));
    lines.add(
        "Cuts     %d of %d found, %d where there should be none"
            .formatted(
                figures.cuts().found(), figures.cuts().asked(), figures.cuts().extra().size()));
    lines.add(
        "World    %s of appearances show what was asked for; %s of a reference repeated at most"
            .formatted(percent(figures.fidelity()), percent(figures.copyPaste())));
  }

  private String seams() {
    OptionalDouble median = figures.seamQuantile(SeamFigures::ratio, 0.5);
    if (median.isEmpty()) {
      return "none measured: no shot has more than one chunk, or nothing moves";
    }
    return "median ratio %s, largest %s; jerk %s, warp %s; over %s"
        .formatted(
            number(median),
            number(figures.seamQuantile(SeamFigures::ratio, 1)),
            number(figures.seamQuantile(SeamFigures::jerkRatio, 0.5)),
            number(figures.seamQuantile(SeamFigures::warpRatio, 0.5)),
            figures.seams().size() == 1 ? "1 boundary" : figures.seams().size() + " boundaries");
  }

  private double most(ToDoubleFunction<ShotFigures> figure) {
    return figures.shots().stream().mapToDouble(figure).max().orElse(0);
  }

  /** The one that is furthest from 1. */
  private double sharpness() {
    return figures.shots().stream()
        .map(shot -> shot.drift().sharpnessChange())
        .max(Comparator.comparingDouble(it -> Math.abs(Math.log(Math.max(it, 1e-3)))))
        .orElse(1.0);
  }

  private void entities() {
    if (figures.entities().isEmpty()) {
      return;
    }
    String row = "%-24s %5s %9s %6s %8s %6s %9s %7s";
    lines.add("");
    lines.add(
        row.formatted(
            "WHO", "SHOTS", "FIDELITY", "ALIKE", "OTHERS", "WORST", "REFERENCE", "PASTED"));
    for (EntityFigures entity : figures.entities()) {
      EntityFigures.Looks looks = entity.looks();
      lines.add(
          row.formatted(
              entity.entity().id(),
              entity.shots().size(),
              percent(entity.fidelity()),
              number(looks.consistency()),
              number(looks.contrast()),
              looks.worst().map(it -> Words.number(it.cosine(), 2)).orElse("-"),
              number(looks.reference()),
              percent(looks.copyPaste())));
    }
  }

  private void findings() {
    lines.add("");
    if (examination.isGood()) {
      lines.add(NOTHING);
    }
    findings.stream()
        .limit(FINDINGS_MAX)
        .forEach(
            finding -> {
              lines.add(
                  "%s: %s: %s"
                      .formatted(finding.severity().word(), finding.where(), finding.what()));
              lines.add("    " + finding.remedy());
            });
    if (findings.size() > FINDINGS_MAX) {
      lines.add(
          "and %d more; --json and --html have all".formatted(findings.size() - FINDINGS_MAX));
    }
    boolean hasPictures = examination.appearances().stream().anyMatch(it -> !it.isEmpty());
    if (hasPictures && !examination.isGood()) {
      lines.add("");
      lines.add("Pictures of who and what was found, and where, are in the page of --html.");
    }
  }

  static String number(OptionalDouble value) {
    return value.isPresent() ? Words.number(value.getAsDouble(), 2) : "-";
  }

  static String percent(OptionalDouble value) {
    return value.isPresent() ? Findings.percent(value.getAsDouble()) : "-";
  }
}

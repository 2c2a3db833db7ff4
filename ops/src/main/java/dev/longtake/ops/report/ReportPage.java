package dev.longtake.ops.report;

import dev.longtake.consistency.Appearance;
import dev.longtake.consistency.EntityFigures;
import dev.longtake.consistency.FilmFigures;
import dev.longtake.consistency.SeamFigures;
import dev.longtake.consistency.ShotFigures;
import dev.longtake.ops.console.Words;
import dev.longtake.picture.Pixels;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import java.util.OptionalDouble;
import java.util.function.Consumer;

/**
 * A report as one HTML page that needs nothing from outside: style, plots and pictures are in it,
 * and its policy forbids everything else. It has no script.
 */
final class ReportPage {

  private final Examination examination;
  private final RenderedFilm film;
  private final FilmFigures figures;
  private final List<List<Appearance>> appearances;
  private final List<Finding> findings;
  private final StringBuilder page = new StringBuilder();

  private ReportPage(Examination examination) {
    this.examination = examination;
    film = examination.film();
    figures = examination.figures();
    appearances = examination.appearances();
    findings = examination.findings();
  }

  /** The page. */
  static String write(Examination examination) {
    ReportPage page = new ReportPage(examination);
    page.head();
    page.tiles();
    page.findings();
    page.seams();
    page.shots();
    page.entities();
    page.foot();
    return page.page.toString();
  }

  private void add(String html) {
    page.append(html).append('\n');
  }

  private void head() {
    add("<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">");
    add("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">");
    add(
        "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none';"
            + " style-src 'unsafe-inline'; img-src data:\">");
    add("<title>%s: consistency report</title>".formatted(Html.text(film.name())));
    add("<style>\n%s</style>\n</head>\n<body>\n<main>".formatted(style()));
    add("<h1>%s</h1>".formatted(Html.text(film.name())));
    add(
        "<p class=\"faint\">How well the film's world stays itself. %s, %s, %s.</p>"
            .formatted(
                Words.count(film.shots().size(), "shot"),
                Words.seconds(film.film().seconds()),
                Html.text(film.model())));
  }

  private static String style() {
    try (InputStream in = ReportPage.class.getResourceAsStream("report.css")) {
      return new String(Objects.requireNonNull(in).readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void tiles() {
    add("<ul class=\"tiles\">");
    tile(ReportText.number(figures.seamQuantile(SeamFigures::ratio, 0.5)), "seam ratio, median");
    tile(ReportText.number(figures.seamQuantile(SeamFigures::ratio, 1)), "seam ratio, largest");
    tile(ReportText.percent(figures.fidelity()), "show what was asked for");
    tile(ReportText.number(consistency()), "alike over shots, mean");
    tile(ReportText.percent(figures.copyPaste()), "of a reference repeated, at most");
    tile(
        Words.number(
            figures.shots().stream()
                .mapToDouble(it -> it.motion().difference())
                .average()
                .orElse(0),
            2),
        "motion, mean step of 255");
    add("</ul>");
  }

  private OptionalDouble consistency() {
    return figures.entities().stream()
        .flatMapToDouble(entity -> entity.looks().consistency().stream())
        .average();
  }

  private void tile(String value, String label) {
    add("<li><b>%s</b><span class=\"faint\">%s</span></li>".formatted(value, label));
  }

  private void findings() {
    add("<h2 id=\"findings\">What to do</h2>");
    if (examination.isGood()) {
      add("<p class=\"good\">%s</p>".formatted(ReportText.NOTHING));
    }
    if (findings.isEmpty()) {
      return;
    }
    add("<ul class=\"findings\">");
    for (Finding finding : findings) {
      add(
          "<li class=\"finding %s\"><span class=\"kind\">%s</span> <b>%s</b><p>%s</p><p class=\"faint\">%s</p></li>"
              .formatted(
                  finding.severity().word(),
                  finding.severity().word(),
                  Html.text(finding.where()),
                  Html.text(finding.what()),
                  Html.text(finding.remedy())));
    }
    add("</ul>");
  }

  private void seams() {
    add("<h2 id=\"seams\">Seams</h2>");
    add(
        "<p>How much more the picture changes where two chunks meet than around it: 1 cannot be"
            + " seen. Jerk sees a sudden change of direction, warp what motion does not"
            + " explain.</p>");
    if (figures.seams().isEmpty()) {
      add("<p class=\"faint\">No shot has more than one chunk.</p>");
      return;
    }
    add("<div class=\"chart\" tabindex=\"0\">" + Charts.seams(film, figures.seams()) + "</div>");
  }

  private void shots() {
    add("<h2 id=\"shots\">Drift and motion, shot by shot</h2>");
    add(
        "<p>What stands still is consistent and shows nothing: read drift beside motion. A palette"
            + " of 0 ends in the colours that it began with.</p>");
    table(
        List.of("Colour, ends", "Palette", "Palette ratio", "Sharpness", "Flicker", "Pulse"),
        this::drift);
    table(List.of("Motion", "Widths a second", "Unexplained", "Standing still"), this::motion);
  }

  private void table(List<String> columns, Consumer<ShotFigures> row) {
    add("<div class=\"wide\" tabindex=\"0\"><table><thead><tr><th scope=\"col\">Shot</th>");
    for (String column : columns) {
      add("<th scope=\"col\">%s</th>".formatted(column));
    }
    add("</tr></thead><tbody>");
    for (ShotFigures shot : figures.shots()) {
      add("<tr><th scope=\"row\">%s</th>".formatted(Html.text(shot.shot())));
      row.accept(shot);
      add("</tr>");
    }
    add("</tbody></table></div>");
  }

  private void drift(ShotFigures shot) {
    cell(Words.number(shot.drift().colorChange(), 1), false);
    boolean isDrifting =
        shot.drift().palette() >= Findings.PALETTE_WARNING
            && shot.drift().paletteRatio().orElse(0) >= Findings.PALETTE_RATIO;
    cell(Findings.percent(shot.drift().palette()), isDrifting);
    cell(ReportText.number(shot.drift().paletteRatio()), isDrifting);
    double sharpness = shot.drift().sharpnessChange();
    cell(
        Words.number(sharpness, 2),
        sharpness > Findings.SHARPNESS || sharpness < 1 / Findings.SHARPNESS);
    cell(Words.number(shot.drift().flicker(), 2), false);
    cell(ReportText.number(shot.drift().pulse()), shot.drift().pulse().orElse(0) > Findings.PULSE);
  }

  private void motion(ShotFigures shot) {
    cell(Words.number(shot.motion().difference(), 2), false);
    cell(Words.number(shot.motion().widthsPerSecond(), 3), false);
    cell(
        Words.number(shot.motion().unexplained(), 2), shot.motion().unexplained() > Findings.NOISE);
    cell(
        Findings.percent(shot.motion().stagnation()),
        shot.motion().stagnation() >= Findings.STAGNATION);
  }

  private void cell(String value, boolean isOff) {
    add("<td%s>%s</td>".formatted(isOff ? " class=\"off\"" : "", value));
  }

  private void entities() {
    if (figures.entities().isEmpty()) {
      return;
    }
    add("<h2 id=\"who\">Who and what is seen again</h2>");
    add(
        "<p>Each is looked for where the story schedules it. <i>Alike</i> is the mean cosine to the"
            + " centre of its appearances; <i>others</i> is what strangers get; <i>repeated</i> is"
            + " how much of its reference picture stands in the film pixel for pixel. A high"
            + " likeness with a high repetition, or without motion, is worth nothing.</p>");
    add("<div class=\"people\">");
    for (int i = 0; i < figures.entities().size(); i++) {
      entity(figures.entities().get(i), appearances.get(i));
    }
    add("</div>");
    if (figures.entities().stream().anyMatch(entity -> entity.decay().size() > 1)) {
      add("<h2 id=\"decay\">Likeness by distance</h2>");
      add("<p>Mean cosine of two appearances so many shots apart; 0 is within one shot.</p>");
      add("<div class=\"chart\" tabindex=\"0\">" + Charts.decay(figures.entities()) + "</div>");
    }
  }

  private void entity(EntityFigures entity, List<Appearance> seen) {
    EntityFigures.Looks looks = entity.looks();
    add(
        "<section class=\"who\"><header><h3>%s</h3><span class=\"faint\">%s</span></header>"
            .formatted(Html.text(entity.entity().id()), entity.entity().kind().word()));
    add(
        "<p class=\"faint\">%s of frames show it &middot; alike %s, others %s &middot; like its picture %s &middot; repeated %s</p>"
            .formatted(
                ReportText.percent(entity.fidelity()),
                ReportText.number(looks.consistency()),
                ReportText.number(looks.contrast()),
                ReportText.number(looks.reference()),
                ReportText.percent(looks.copyPaste())));
    add("<div class=\"strip\">");
    for (Pixels picture : entity.entity().pictures()) {
      figure("reference", picture, "reference picture of " + entity.entity().id(), "reference");
    }
    seen.forEach(it -> it.closeup().ifPresent(closeup -> appearance(entity, it, closeup.crop())));
    add("</div></section>");
  }

  private void appearance(EntityFigures entity, Appearance appearance, Pixels crop) {
    String shot = film.shots().get(appearance.shot()).id();
    figure(
        appearance.isFaithful() ? "seen" : "lost",
        crop,
        "%s as found in shot %s".formatted(entity.entity().id(), shot),
        "%s%s, match <b>%s</b>"
            .formatted(
                appearance.isFaithful() ? "" : "<b>not recognised</b>: ",
                Html.text(shot),
                Words.number(appearance.match(), 2)));
  }

  private void figure(String kind, Pixels picture, String alternative, String caption) {
    add(
        "<figure class=\"%s\"><img src=\"%s\" alt=\"%s\"><figcaption>%s</figcaption></figure>"
            .formatted(kind, Html.png(picture), Html.text(alternative), caption));
  }

  private void foot() {
    add("<footer><p>Film <code>%s</code></p>".formatted(Html.text(film.film().sha256())));
    add(
        "<p>What each figure means, and what fools it: <code>ops/docs/consistency.md</code>.</p>"
            + "</footer>\n</main>\n</body>\n</html>");
  }
}

package dev.longtake.ops.report;

import com.google.errorprone.annotations.FormatMethod;
import com.google.errorprone.annotations.FormatString;
import dev.longtake.consistency.EntityFigures;
import dev.longtake.consistency.SeamFigures;
import dev.longtake.ops.console.Words;
import dev.longtake.words.DurationText;
import java.util.List;
import java.util.Locale;
import java.util.OptionalDouble;

/** Plots as SVG that stands in a page; colours come from the page's style. */
final class Charts {

  private static final double WIDTH = 960;
  private static final double HEIGHT = 220;
  private static final double LEFT = 44;
  private static final double BOTTOM = 28;
  private static final double TOP = 12;
  private static final double RIGHT = 12;

  private Charts() {}

  /** Ratios of all boundaries along the film. */
  static String seams(RenderedFilm film, List<SeamFigures> seams) {
    double top = 3;
    for (SeamFigures seam : seams) {
      top = Math.max(top, Math.min(10, 1.1 * largest(seam)));
    }
    double length = Math.max(0.1, film.film().seconds());
    Plot plot = new Plot(length, 0, top);
    plot.line("one", 1, "1");
    plot.line("limit", Findings.SEAM_PROBLEM, "limit");
    plot.line("axis", 0, "0");
    for (SeamFigures seam : seams) {
      double at = film.seconds(seam.shot(), seam.frame());
      String name =
          "%s, chunks %d and %d, at %s"
              .formatted(
                  seam.shot(), seam.boundary() + 1, seam.boundary() + 2, DurationText.clock(at));
      plot.bar(at, seam.ratio(), name + ": ratio ");
      plot.dot("b", at, seam.jerkRatio(), 3, name + ": jerk ");
      plot.dot("c", at, seam.warpRatio(), 5, name + ": warp ");
    }
    for (RenderedFilm.Shot shot : film.shots()) {
      double at = film.seconds(shot.id(), 0);
      plot.mark(at, DurationText.clock(at));
    }
    return plot.svg(
            "Seam ratios of %s along the film; the largest is %s"
                .formatted(
                    Words.count(seams.size(), "boundary").replace("boundarys", "boundaries"),
                    Words.number(
                        seams.stream().mapToDouble(it -> it.ratio().orElse(0)).max().orElse(0), 2)))
        + "<div class=\"key\">"
        + key("<rect class=\"a\" x=\"3\" width=\"6\" height=\"12\"/>", "difference")
        + key("<circle class=\"b\" cx=\"6\" cy=\"6\" r=\"3\"/>", "jerk")
        + key("<circle class=\"c\" cx=\"6\" cy=\"6\" r=\"5\"/>", "warp")
        + "</div>";
  }

  private static double largest(SeamFigures seam) {
    return Math.max(
        seam.ratio().orElse(0), Math.max(seam.jerkRatio().orElse(0), seam.warpRatio().orElse(0)));
  }

  private static String key(String sign, String word) {
    return "<span><svg viewBox=\"0 0 12 12\" aria-hidden=\"true\">%s</svg> %s</span>"
        .formatted(sign, word);
  }

  /** Likeness by distance, a line an entity. */
  static String decay(List<EntityFigures> entities) {
    int far =
        entities.stream()
            .flatMap(entity -> entity.decay().stream())
            .mapToInt(EntityFigures.Decay::distance)
            .max()
            .orElse(1);
    Plot plot = new Plot(far + 0.6, 0, 1);
    plot.line("axis", 0, "0");
    plot.line("axis", 0.5, "0.5");
    plot.line("axis", 1, "1");
    for (int i = 0; i <= far; i++) {
      plot.mark(i, Integer.toString(i));
    }
    int index = 0;
    for (EntityFigures entity : entities) {
      if (entity.decay().size() > 1) {
        plot.path(index++ % 3, entity);
      }
    }
    return plot.svg("Mean cosine of two appearances by the number of shots between them");
  }

  /** One plot in the making. */
  private static final class Plot {

    private final StringBuilder marks = new StringBuilder();
    private final double length;
    private final double low;
    private final double high;

    Plot(double length, double low, double high) {
      this.length = length;
      this.low = low;
      this.high = high;
    }

    private double x(double value) {
      return LEFT + 6 + (WIDTH - LEFT - RIGHT - 6) * value / length;
    }

    private double y(double value) {
      double part = (Math.clamp(value, low, high) - low) / (high - low);
      return HEIGHT - BOTTOM - (HEIGHT - BOTTOM - TOP) * part;
    }

    @FormatMethod
    private void add(@FormatString String form, Object... values) {
      marks.append(String.format(Locale.ROOT, form, values));
    }

    void line(String kind, double value, String label) {
      add(
          "<line class=\"%s\" x1=\"%.1f\" x2=\"%.1f\" y1=\"%.1f\" y2=\"%.1f\"/>",
          kind, LEFT, WIDTH - RIGHT, y(value), y(value));
      add(
          "<text x=\"%.1f\" y=\"%.1f\" text-anchor=\"end\">%s</text>",
          LEFT - 6, y(value) + 4, label);
    }

    void mark(double at, String label) {
      add(
          "<line class=\"axis\" x1=\"%.1f\" x2=\"%.1f\" y1=\"%.1f\" y2=\"%.1f\"/>",
          x(at), x(at), HEIGHT - BOTTOM, HEIGHT - BOTTOM + 5);
      add("<text x=\"%.1f\" y=\"%.1f\">%s</text>", x(at), HEIGHT - BOTTOM + 18, label);
    }

    void bar(double at, OptionalDouble value, String name) {
      if (value.isPresent()) {
        double top = y(value.getAsDouble());
        add(
            "<rect class=\"a\" x=\"%.1f\" y=\"%.1f\" width=\"6\""
                + " height=\"%.1f\"><title>%s%.2f</title></rect>",
            x(at) - 3, top, Math.max(0.5, y(0) - top), Html.text(name), value.getAsDouble());
      }
    }

    void dot(String kind, double at, OptionalDouble value, int radius, String name) {
      if (value.isPresent()) {
        add(
            "<circle class=\"%s\" cx=\"%.1f\" cy=\"%.1f\" r=\"%d\"><title>%s%.2f</title></circle>",
            kind, x(at), y(value.getAsDouble()), radius, Html.text(name), value.getAsDouble());
      }
    }

    void path(int color, EntityFigures entity) {
      String kind = List.of("accent", "second", "third").get(color);
      StringBuilder points = new StringBuilder();
      for (EntityFigures.Decay decay : entity.decay()) {
        points.append(
            String.format(Locale.ROOT, "%.1f,%.1f ", x(decay.distance()), y(decay.cosine())));
        add(
            "<circle cx=\"%.1f\" cy=\"%.1f\" r=\"3\" fill=\"var(--%s)\"><title>%s, %d apart:"
                + " %.2f</title></circle>",
            x(decay.distance()),
            y(decay.cosine()),
            kind,
            Html.text(entity.entity().id()),
            decay.distance(),
            decay.cosine());
      }
      add("<polyline points=\"%s\" fill=\"none\" stroke=\"var(--%s)\"/>", points, kind);
      EntityFigures.Decay last = entity.decay().getLast();
      add(
          "<text x=\"%.1f\" y=\"%.1f\">%s</text>",
          x(last.distance()) + 6, y(last.cosine()) + 4, Html.text(entity.entity().id()));
    }

    String svg(String description) {
      return "<svg viewBox=\"0 0 %d %d\" role=\"img\" aria-label=\"%s\">%s</svg>"
          .formatted((int) WIDTH, (int) HEIGHT, Html.text(description), marks);
    }
  }
}

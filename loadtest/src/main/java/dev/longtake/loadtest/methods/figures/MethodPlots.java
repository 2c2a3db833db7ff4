package dev.longtake.loadtest.methods.figures;

import dev.longtake.loadtest.methods.figures.Outcome.Group;
import dev.longtake.loadtest.methods.figures.Outcome.Kind;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.knowm.xchart.BitmapEncoder;
import org.knowm.xchart.CategoryChart;
import org.knowm.xchart.CategoryChartBuilder;

/** Pictures of a comparison, as PNG. */
public final class MethodPlots {

  private static final int WIDTH = 1100;
  private static final int HEIGHT = 420;

  private MethodPlots() {}

  /** Whether a figure could be measured at all. */
  public static boolean hasBars(Outcome outcome, int seconds, Metric metric) {
    return outcome.setting().methods().stream()
        .filter(it -> it.group() != Group.CONTROL)
        .anyMatch(it -> Outcome.spread(outcome.of(it.word(), seconds), metric).isPresent());
  }

  /** A figure of every method at a length: means as bars, deviations as whiskers. */
  public static byte[] bars(Outcome outcome, int seconds, Metric metric) throws IOException {
    List<String> names = new ArrayList<>();
    List<Double> means = new ArrayList<>();
    List<Double> deviations = new ArrayList<>();
    for (Kind method : outcome.setting().methods()) {
      Optional<Outcome.Spread> spread = Outcome.spread(outcome.of(method.word(), seconds), metric);
      if (spread.isPresent() && method.group() != Group.CONTROL) {
        names.add(method.word());
        means.add(spread.get().mean());
        deviations.add(spread.get().deviation());
      }
    }
    CategoryChart chart =
        new CategoryChartBuilder()
            .width(WIDTH)
            .height(HEIGHT)
            .title("%s, films of %d s".formatted(metric.title(), seconds))
            .yAxisTitle(metric.title())
            .build();
    chart.getStyler().setLegendVisible(false);
    chart.getStyler().setXAxisLabelRotation(20);
    chart.addSeries(metric.word(), names, means, deviations);
    var bytes = new ByteArrayOutputStream();
    BitmapEncoder.saveBitmap(chart, bytes, BitmapEncoder.BitmapFormat.PNG);
    return bytes.toByteArray();
  }
}

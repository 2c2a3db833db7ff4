package dev.longtake.loadtest.report;

import dev.longtake.loadtest.history.Course;
import dev.longtake.loadtest.history.Course.Look;
import dev.longtake.loadtest.history.Course.Quantity;
import dev.longtake.loadtest.history.Timeline;
import dev.longtake.loadtest.history.Timeline.Moment;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.ToDoubleFunction;
import org.knowm.xchart.BitmapEncoder;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.style.Styler;
import org.knowm.xchart.style.markers.SeriesMarkers;

/** Pictures of a run, as PNG. */
final class Charts {

  private static final int WIDTH = 1000;
  private static final int HEIGHT = 360;

  private Charts() {}

  /** Leases a second over time. */
  static byte[] throughput(Timeline timeline) throws IOException {
    XYChart chart = chart("Leases received and acknowledged", "leases a second");
    List<Double> rates = new ArrayList<>();
    for (int i = 0; i < timeline.moments().size(); i++) {
      rates.add(timeline.rate(i));
    }
    add(chart, "leases a second", timeline, rates);
    return png(chart);
  }

  /** What waits and who works over time. */
  static byte[] queue(Timeline timeline) throws IOException {
    XYChart chart = chart("What waits, and who works", "number");
    add(chart, "chunks that wait", timeline, values(timeline, moment -> (double) moment.waiting()));
    add(chart, "busy workers", timeline, values(timeline, Moment::busy));
    add(chart, "open stories", timeline, values(timeline, Moment::openStories));
    return png(chart);
  }

  /** What the coordinator takes over time, each as a multiple of what it was when warm. */
  static byte[] course(Course course) throws IOException {
    XYChart chart = chart("What the coordinator takes", "times what it was when warm");
    List<Look> looks = course.looks();
    Look warm = looks.get(looks.size() / 3);
    List<Double> seconds = looks.stream().map(Look::seconds).toList();
    for (Quantity quantity : Quantity.values()) {
      if (warm.of(quantity) > 0) {
        List<Double> values =
            looks.stream().map(look -> look.of(quantity) / warm.of(quantity)).toList();
        chart.addSeries(quantity.word(), seconds, values).setMarker(SeriesMarkers.NONE);
      }
    }
    return png(chart);
  }

  private static List<Double> values(Timeline timeline, ToDoubleFunction<Moment> value) {
    return timeline.moments().stream().map(value::applyAsDouble).toList();
  }

  private static XYChart chart(String title, String unit) {
    XYChart chart =
        new XYChartBuilder()
            .width(WIDTH)
            .height(HEIGHT)
            .title(title)
            .xAxisTitle("seconds since the first arrival")
            .yAxisTitle(unit)
            .build();
    chart.getStyler().setLegendPosition(Styler.LegendPosition.OutsideE);
    chart.getStyler().setYAxisMin(0.0);
    return chart;
  }

  private static void add(XYChart chart, String name, Timeline timeline, List<Double> values) {
    List<Double> seconds = timeline.moments().stream().map(Moment::seconds).toList();
    chart.addSeries(name, seconds, values).setMarker(SeriesMarkers.NONE);
  }

  private static byte[] png(XYChart chart) throws IOException {
    var bytes = new ByteArrayOutputStream();
    BitmapEncoder.saveBitmap(chart, bytes, BitmapEncoder.BitmapFormat.PNG);
    return bytes.toByteArray();
  }
}

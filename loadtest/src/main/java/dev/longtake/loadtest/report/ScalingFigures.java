package dev.longtake.loadtest.report;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.longtake.loadtest.run.Machine;
import dev.longtake.loadtest.scaling.FilmShape;
import dev.longtake.loadtest.scaling.Fit;
import dev.longtake.loadtest.scaling.Hardware;
import dev.longtake.loadtest.scaling.Placement;
import dev.longtake.loadtest.scaling.Published;
import dev.longtake.loadtest.scaling.ScalingModel;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * What farms of GPUs would do, and how well the model explains what was measured, for people and as
 * JSON ({@code scaling.schema.json}). Pure.
 */
public final class ScalingFigures {

  /** Workers of which a speed-up is told. */
  static final List<Integer> WORKERS = List.of(1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024);

  /** Gigabits a second of networks. */
  static final List<Integer> NETWORKS = List.of(1, 10, 25, 100);

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final double MEGA = 1e6;
  private static final double THOUSAND = 1000;

  /** One long shot, and a film of many. */
  private static final List<Film> FILMS =
      List.of(new Film("one shot of 8 chunks", 1, 8), new Film("128 shots of 8 chunks", 128, 8));

  private record Film(String words, int shots, int chunks) {}

  /**
   * What of a farm is not its GPUs.
   *
   * @param slabSecondsPerMegabyte from publishing until the neighbour goes on, network aside
   * @param slabMegabytesPerSecond that one coordinator takes in and gives out again
   * @param coordinators that slabs are spread over
   * @param filmPixelsPerSecond that a coordinator makes film of
   */
  public record Farm(
      double slabSecondsPerMegabyte,
      double slabMegabytesPerSecond,
      int coordinators,
      double filmPixelsPerSecond) {}

  /** What was measured: points that were fitted, and points that were held out. */
  public record Check(Fit fit, List<Fit.Point> fitted, List<Fit.Point> heldOut) {
    public Check {
      fitted = List.copyOf(fitted);
      heldOut = List.copyOf(heldOut);
    }
  }

  /** A speed-up. */
  private record Row(Published model, Film film, int gigabits, List<Prediction> predictions) {}

  private record Prediction(int workers, double seconds, double speedUp, boolean isHeldUp) {}

  private ScalingFigures() {}

  private static List<Row> rows(Farm farm) {
    List<Row> rows = new ArrayList<>();
    for (Published model : Published.WAN) {
      for (Film film : FILMS) {
        for (int gigabits : NETWORKS) {
          rows.add(row(farm, model, film, gigabits));
        }
      }
    }
    return rows;
  }

  private static Row row(Farm farm, Published model, Film film, int gigabits) {
    var hardware =
        Hardware.devices(gigabits, farm.coordinators(), farm.slabMegabytesPerSecond() * MEGA);
    double slabSeconds = farm.slabSecondsPerMegabyte() * model.slab().bytes() / MEGA;
    var costs = model.costs(slabSeconds, farm.filmPixelsPerSecond(), film.chunks());
    var scaling = new ScalingModel(costs, hardware);
    var shape = new FilmShape(film.shots(), film.chunks(), model.steps());
    List<Prediction> predictions = new ArrayList<>();
    for (int workers : WORKERS) {
      Placement placement = Placement.of(shape, workers);
      double busy = scaling.coordinatorSeconds(placement);
      predictions.add(
          new Prediction(
              workers,
              scaling.seconds(shape, workers),
              scaling.speedUp(shape, workers),
              busy > 0 && busy >= scaling.stepSeconds(placement)));
    }
    return new Row(model, film, gigabits, predictions);
  }

  /** Tables of predictions; a star marks where the coordinators hold the workers up. */
  public static List<String> predictions(Farm farm) {
    List<String> lines = new ArrayList<>();
    String before = "";
    for (Row row : rows(farm)) {
      String title = row.model().what() + ", " + row.film().words();
      if (!title.equals(before)) {
        lines.add(title + ": times as fast as one, on so many GPUs");
        lines.add(cells("Gbit/s", WORKERS.stream().map(it -> "" + it).toList()));
        before = title;
      }
      lines.add(
          cells(
              "" + row.gigabits(), row.predictions().stream().map(ScalingFigures::cell).toList()));
    }
    lines.add("beside, on 8 GPUs of one machine:");
    for (Published model : Published.WAN) {
      lines.add(
          String.format(
              Locale.ROOT,
              "  %s, sequence parallelism: %.2f (published)",
              model.what(),
              model.speedUpOf8()));
    }
    lines.add(
        String.format(
            Locale.ROOT, "  DualParal on RTX 4090: %.2f (published)", Published.DUALPARAL_OF_8));
    return List.copyOf(lines);
  }

  private static String cell(Prediction prediction) {
    return String.format(
        Locale.ROOT, "%.1f%s", prediction.speedUp(), prediction.isHeldUp() ? "*" : "");
  }

  private static String cells(String first, List<String> others) {
    var line = new StringBuilder(String.format(Locale.ROOT, "  %-7s", first));
    others.forEach(other -> line.append(String.format(Locale.ROOT, "%8s", other)));
    return line.toString();
  }

  /** How well the model explains what was measured. */
  public static List<String> check(Check check) {
    List<String> lines = new ArrayList<>();
    lines.add(
        String.format(
            Locale.ROOT,
            "fitted: %.2f s once, %.4f s a step of a chunk, %.4f s an exchange of a boundary",
            check.fit().once(),
            check.fit().step(),
            check.fit().slab()));
    check.fitted().forEach(point -> lines.add(line(check.fit(), point, "fitted")));
    check.heldOut().forEach(point -> lines.add(line(check.fit(), point, "held out")));
    return List.copyOf(lines);
  }

  private static String line(Fit fit, Fit.Point point, String how) {
    return String.format(
        Locale.ROOT,
        "  %2d workers: measured %6.2f s, the model %6.2f s, %+5.1f %% (%s)",
        point.workers(),
        point.seconds(),
        fit.seconds(point.workers()),
        100 * fit.error(point),
        how);
  }

  /** The same as JSON. */
  public static ObjectNode of(Farm farm) {
    ObjectNode figures = JSON.createObjectNode();
    figures.put("format", "longtake-scaling-1");
    ObjectNode assumed = figures.putObject("farm");
    assumed.put("slabSecondsPerMegabyte", farm.slabSecondsPerMegabyte());
    assumed.put("slabMegabytesPerSecond", farm.slabMegabytesPerSecond());
    assumed.put("coordinators", farm.coordinators());
    assumed.put("filmPixelsPerSecond", farm.filmPixelsPerSecond());
    ArrayNode rows = figures.putArray("predicted");
    for (Row row : rows(farm)) {
      for (Prediction prediction : row.predictions()) {
        ObjectNode one = rows.addObject();
        one.put("model", row.model().what());
        one.put("film", row.film().words());
        one.put("gigabits", row.gigabits());
        one.put("workers", prediction.workers());
        one.put("seconds", rounded(prediction.seconds()));
        one.put("speedUp", rounded(prediction.speedUp()));
        one.put("coordinatorsHoldUp", prediction.isHeldUp());
      }
    }
    return figures;
  }

  /** Adds what was measured. */
  public static void add(ObjectNode figures, Check check, Machine machine, double load) {
    ObjectNode on = figures.putObject("machine");
    on.put("processor", machine.processor());
    on.put("processors", machine.processors());
    on.put("java", machine.java());
    on.put("loadAverage", rounded(load));
    ObjectNode fit = figures.putObject("fit");
    fit.put("onceSeconds", rounded(check.fit().once()));
    fit.put("stepSeconds", check.fit().step());
    fit.put("slabSeconds", check.fit().slab());
    ArrayNode points = figures.putArray("measured");
    check.fitted().forEach(point -> add(points, check.fit(), point, false));
    check.heldOut().forEach(point -> add(points, check.fit(), point, true));
  }

  private static void add(ArrayNode points, Fit fit, Fit.Point point, boolean isHeldOut) {
    ObjectNode one = points.addObject();
    one.put("workers", point.workers());
    one.put("seconds", rounded(point.seconds()));
    one.put("modelSeconds", rounded(fit.seconds(point.workers())));
    one.put("heldOut", isHeldOut);
  }

  private static double rounded(double value) {
    return Math.round(value * THOUSAND) / THOUSAND;
  }
}

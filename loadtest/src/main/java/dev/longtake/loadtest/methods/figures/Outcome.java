package dev.longtake.loadtest.methods.figures;

import dev.longtake.error.ErrorCode;
import dev.longtake.error.LongtakeException;
import dev.longtake.words.Word;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * Everything that a comparison has found out so far.
 *
 * @param setting what was compared, with what
 */
public record Outcome(Setting setting, List<Run> runs) {

  /** The word of the farm's way. */
  public static final String OURS = "ours";

  /** What a method is there for. */
  public enum Group implements Word {
    /** What a farm does. */
    OURS,
    /** What others do. */
    RIVAL,
    /** What could hold a long shot together. */
    ANCHOR,
    /** A film that nobody wants, made of ours. */
    CONTROL
  }

  /**
   * A kind of film.
   *
   * @param word how it is named in figures
   * @param says what is done, for people
   */
  public record Kind(String word, Group group, String says) {}

  /**
   * What all films of a comparison have in common.
   *
   * @param model name and version of the checkpoint
   * @param stepCount denoise steps
   * @param seconds lengths of films
   * @param seedCount seeds from 1 on
   * @param methods in the order of the rows, control films last
   */
  public record Setting(
      String model,
      String engineClass,
      int stepCount,
      List<String> shots,
      List<Integer> seconds,
      int seedCount,
      List<Kind> methods) {
    public Setting {
      shots = List.copyOf(shots);
      seconds = List.copyOf(seconds);
      methods = List.copyOf(methods);
    }
  }

  /**
   * A figure over all shots and seeds of a length.
   *
   * @param deviation of a sample: its spread over shots and seeds together
   */
  public record Spread(double mean, double deviation, int count) {}

  /**
   * On how many pairs of films from the same shot and seed ours has the better figure, and on how
   * many the other.
   */
  public record Score(int better, int worse) {}

  public Outcome {
    runs = List.copyOf(runs);
  }

  /**
   * What several comparisons found out, as one.
   *
   * @param parts at least one
   * @throws LongtakeException {@code FILE_UNUSABLE} if they are of different checkpoints, engine
   *     classes or numbers of steps
   */
  public static Outcome joined(List<Outcome> parts) {
    Setting first = parts.getFirst().setting();
    for (Outcome part : parts) {
      Setting other = part.setting();
      if (!other.model().equals(first.model())
          || !other.engineClass().equals(first.engineClass())
          || other.stepCount() != first.stepCount()) {
        throw new LongtakeException(
            ErrorCode.FILE_UNUSABLE,
            "comparisons to join: expected %s on %s in %d steps, found %s on %s in %d steps"
                .formatted(
                    first.model(),
                    first.engineClass(),
                    first.stepCount(),
                    other.model(),
                    other.engineClass(),
                    other.stepCount()));
      }
    }
    var setting =
        new Setting(
            first.model(),
            first.engineClass(),
            first.stepCount(),
            all(parts, Setting::shots).distinct().toList(),
            all(parts, Setting::seconds).distinct().sorted().toList(),
            parts.stream().mapToInt(it -> it.setting().seedCount()).max().orElseThrow(),
            all(parts, Setting::methods)
                .distinct()
                .sorted(Comparator.comparing(it -> it.group()))
                .toList());
    // What was made in several of them, as ours is, counts once: it comes out the same.
    return new Outcome(
        setting, parts.stream().flatMap(it -> it.runs().stream()).distinct().toList());
  }

  private static <T> Stream<T> all(List<Outcome> parts, Function<Setting, List<T>> of) {
    return parts.stream().flatMap(it -> of.apply(it.setting()).stream());
  }

  /** The runs of a method, or of a control film, at a length. */
  public List<Run> of(String method, int seconds) {
    return runs.stream()
        .filter(run -> run.method().equals(method) && run.seconds() == seconds)
        .toList();
  }

  /** A figure's spread; empty where it could never be measured. */
  public static Optional<Spread> spread(List<Run> runs, Metric metric) {
    double[] values =
        runs.stream()
            .filter(run -> run.figures().containsKey(metric))
            .mapToDouble(run -> run.figures().getOrDefault(metric, 0.0))
            .toArray();
    if (values.length == 0) {
      return Optional.empty();
    }
    double mean = 0;
    for (double value : values) {
      mean += value / values.length;
    }
    double squares = 0;
    for (double value : values) {
      squares += (value - mean) * (value - mean);
    }
    double deviation = values.length < 2 ? 0 : Math.sqrt(squares / (values.length - 1));
    return Optional.of(new Spread(mean, deviation, values.length));
  }

  /** How ours stands against a method in a figure of which low or high values are wanted. */
  public Score score(String method, int seconds, Metric metric) {
    int better = 0;
    int worse = 0;
    for (Run ours : of(OURS, seconds)) {
      for (Run other : of(method, seconds)) {
        Double mine = ours.figures().get(metric);
        Double theirs = other.figures().get(metric);
        if (ours.isTwinOf(other) && mine != null && theirs != null) {
          int order =
              switch (metric.best()) {
                case LOW -> Double.compare(theirs, mine);
                case HIGH -> Double.compare(mine, theirs);
                case NONE -> 0;
              };
          better += order > 0 ? 1 : 0;
          worse += order < 0 ? 1 : 0;
        }
      }
    }
    return new Score(better, worse);
  }

  /** Latent frames through the model, of ours: 1 is as much. */
  public double compute(String method, int seconds) {
    double all = of(method, seconds).stream().mapToLong(Run::latentFrameSteps).average().orElse(0);
    double ours = of(OURS, seconds).stream().mapToLong(Run::latentFrameSteps).average().orElse(0);
    return ours == 0 ? 0 : all / ours;
  }
}

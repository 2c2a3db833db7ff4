package dev.longtake.loadtest.methods.figures;

import dev.longtake.loadtest.methods.figures.Metric.Best;
import dev.longtake.loadtest.methods.figures.Outcome.Group;
import dev.longtake.loadtest.methods.figures.Outcome.Kind;
import dev.longtake.loadtest.methods.figures.Outcome.Score;
import dev.longtake.loadtest.methods.figures.Outcome.Setting;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** A comparison as tables in Markdown. Pure. */
public final class MethodTable {

  /** Figures of which it is counted on how many films ours is better. */
  private static final List<Metric> SCORED =
      Stream.of(Metric.values()).filter(metric -> metric.best() != Best.NONE).toList();

  private MethodTable() {}

  /** The tables. */
  public static String of(Outcome outcome) {
    Setting setting = outcome.setting();
    List<String> lines = new ArrayList<>();
    lines.add(
        "%s on %s, %d steps; shots %s; seeds 1 to %d; mean ± deviation over shots and seeds."
            .formatted(
                setting.model(),
                setting.engineClass(),
                setting.stepCount(),
                String.join(", ", setting.shots()),
                setting.seedCount()));
    for (int seconds : setting.seconds()) {
      if (!outcome.of(Outcome.OURS, seconds).isEmpty()) {
        figures(outcome, seconds, lines);
        scores(outcome, seconds, lines);
      }
    }
    lines.add("");
    lines.add("| Method | What it does |");
    lines.add("|---|---|");
    setting.methods().forEach(it -> lines.add("| %s | %s |".formatted(name(it), it.says())));
    return String.join("\n", lines) + "\n";
  }

  private static void figures(Outcome outcome, int seconds, List<String> lines) {
    lines.add("");
    lines.add("Films of %d s:".formatted(seconds));
    lines.add("");
    lines.add(
        row(
            "Method",
            Stream.concat(Stream.of("compute"), Stream.of(Metric.values()).map(Metric::title))));
    lines.add("|---".repeat(Metric.values().length + 2) + "|");
    for (Kind kind : outcome.setting().methods()) {
      List<Run> runs = outcome.of(kind.word(), seconds);
      if (!runs.isEmpty()) {
        String compute =
            kind.group() == Group.CONTROL
                ? "-"
                : String.format(Locale.ROOT, "%.2f", outcome.compute(kind.word(), seconds));
        lines.add(row(name(kind), Stream.concat(Stream.of(compute), cells(runs))));
      }
    }
  }

  private static String name(Kind kind) {
    return kind.group() == Group.CONTROL ? "*%s*".formatted(kind.word()) : kind.word();
  }

  private static Stream<String> cells(List<Run> runs) {
    return Stream.of(Metric.values())
        .map(
            metric ->
                Outcome.spread(runs, metric)
                    .map(
                        it ->
                            String.format(
                                Locale.ROOT,
                                "%." + metric.decimals() + "f ± %." + metric.decimals() + "f",
                                it.mean(),
                                it.deviation()))
                    .orElse("-"));
  }

  private static void scores(Outcome outcome, int seconds, List<String> lines) {
    lines.add("");
    lines.add(
        "Films of %d s, pairs of the same shot and seed: on how many ours is better : worse."
            .formatted(seconds));
    lines.add("");
    lines.add(row("Against", SCORED.stream().map(Metric::title)));
    lines.add("|---".repeat(SCORED.size() + 1) + "|");
    for (Kind kind : outcome.setting().methods()) {
      if (isCompared(kind) && !outcome.of(kind.word(), seconds).isEmpty()) {
        lines.add(
            row(
                kind.word(),
                SCORED.stream()
                    .map(
                        metric -> {
                          Score score = outcome.score(kind.word(), seconds, metric);
                          return "%d : %d".formatted(score.better(), score.worse());
                        })));
      }
    }
  }

  private static boolean isCompared(Kind kind) {
    return kind.group() == Group.RIVAL || kind.group() == Group.ANCHOR;
  }

  private static String row(String first, Stream<String> others) {
    return "| %s | %s |".formatted(first, others.collect(Collectors.joining(" | ")));
  }
}

package dev.longtake.loadtest.methods;

import dev.longtake.error.ErrorCode;
import dev.longtake.error.LongtakeException;
import dev.longtake.loadtest.methods.figures.MethodJson;
import dev.longtake.loadtest.methods.figures.MethodPlots;
import dev.longtake.loadtest.methods.figures.MethodTable;
import dev.longtake.loadtest.methods.figures.Metric;
import dev.longtake.loadtest.methods.figures.Outcome;
import dev.longtake.loadtest.methods.figures.Run;
import dev.longtake.loadtest.report.Figures;
import dev.longtake.model.VideoModel;
import dev.longtake.story.yaml.LoadedStory;
import dev.longtake.story.yaml.StoryFiles;
import dev.longtake.tensor.Backend;
import dev.longtake.tensor.cpu.CpuBackend;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** A comparison from files to files. */
public final class Comparison {

  private static final List<Metric> PLOTTED =
      List.of(Metric.SEAM, Metric.WORST_SEAM, Metric.PALETTE, Metric.CONSISTENCY, Metric.FIDELITY);

  private final Wish wish;
  private final Consumer<String> progress;

  /**
   * What is to be compared.
   *
   * @param stories whose shots are made, each as a film of its own
   * @param shots ids of those that are; none: all
   * @param seconds lengths of the films
   * @param seedCount seeds, from 1 on
   * @param methods words of methods; none: all. Ours is always one of them
   * @param threads that compute
   */
  public record Wish(
      Path model,
      List<Path> stories,
      List<String> shots,
      List<Integer> seconds,
      int seedCount,
      List<String> methods,
      int threads) {
    public Wish {
      stories = List.copyOf(stories);
      shots = List.copyOf(shots);
      seconds = List.copyOf(seconds);
      methods = List.copyOf(methods);
    }
  }

  private Comparison(Wish wish, Consumer<String> progress) {
    this.wish = wish;
    this.progress = progress;
  }

  /**
   * Makes and measures all films, and writes {@code methods.json}, {@code methods.md}, plots, and a
   * strip of each shot's films from seed 1 into a folder; anew after each film, so that what was
   * found is not lost.
   *
   * @param progress is told a line for each film
   * @return the tables
   * @throws LongtakeException {@code STORY_INVALID}, {@code NOT_FOUND} for an unknown shot or
   *     method, {@code FILE_UNUSABLE}, {@code MODEL_INVALID}
   */
  public static String run(Wish wish, Path folder, Consumer<String> progress) {
    return new Comparison(wish, progress).into(folder);
  }

  /**
   * Puts what several comparisons wrote into tables and plots of their own.
   *
   * @param folders of earlier comparisons
   * @return the tables
   * @throws LongtakeException {@code FILE_UNUSABLE} if they cannot be read, or do not go together
   */
  public static String join(List<Path> folders, Path folder) {
    Outcome outcome =
        Outcome.joined(
            folders.stream()
                .map(
                    it ->
                        MethodJson.read(
                            Figures.read(it.resolve("methods.json"), MethodJson.FORMAT)))
                .toList());
    try {
      Files.createDirectories(folder);
      write(folder, outcome);
      plot(folder, outcome);
    } catch (IOException e) {
      throw unusable(folder, e);
    }
    return MethodTable.of(outcome);
  }

  private static void write(Path folder, Outcome outcome) throws IOException {
    Figures.write(MethodJson.of(outcome), folder.resolve("methods.json"));
    Files.writeString(folder.resolve("methods.md"), MethodTable.of(outcome));
  }

  /** All methods, a line each: word and what it does. */
  public static List<String> methods() {
    return MethodRuns.methods().stream()
        .map(it -> "%-24s%s".formatted(it.word(), it.says()))
        .toList();
  }

  private String into(Path folder) {
    List<Case> cases = cases();
    List<Method> methods = chosen();
    try (Backend backend = CpuBackend.create(wish.threads());
        VideoModel model = VideoModel.open(wish.model(), backend)) {
      Files.createDirectories(folder);
      Outcome outcome =
          MethodRuns.compare(
              model,
              cases,
              wish.seconds(),
              wish.seedCount(),
              methods,
              (run, footage, soFar) -> onFilm(folder, run, footage, soFar));
      plot(folder, outcome);
      return MethodTable.of(outcome);
    } catch (IOException e) {
      throw unusable(folder, e);
    }
  }

  private List<Case> cases() {
    List<Case> cases = new ArrayList<>();
    for (Path story : wish.stories()) {
      LoadedStory loaded = StoryFiles.load(story);
      Case.of(loaded).stream()
          .filter(it -> wish.shots().isEmpty() || wish.shots().contains(it.name()))
          .forEach(cases::add);
    }
    List<String> found = cases.stream().map(Case::name).toList();
    if (cases.isEmpty() || !found.containsAll(wish.shots())) {
      throw new LongtakeException(
          ErrorCode.NOT_FOUND,
          "--shots: expected ids of shots of the stories, found %s"
              .formatted(String.join(", ", wish.shots())));
    }
    return cases;
  }

  private List<Method> chosen() {
    List<Method> all = MethodRuns.methods();
    for (String word : wish.methods()) {
      if (all.stream().noneMatch(it -> it.word().equals(word))) {
        throw new LongtakeException(
            ErrorCode.NOT_FOUND,
            "--methods: expected %s, found %s"
                .formatted(String.join(", ", all.stream().map(Method::word).toList()), word));
      }
    }
    return all.stream()
        .filter(
            it ->
                it.equals(Rivals.OURS)
                    || wish.methods().isEmpty()
                    || wish.methods().contains(it.word()))
        .toList();
  }

  private void onFilm(Path folder, Run run, Footage footage, Outcome soFar) {
    progress.accept(
        "%s, %d s, seed %d, %s: seam %s, palette %s"
            .formatted(
                run.shot(),
                run.seconds(),
                run.seed(),
                run.method(),
                shown(run, Metric.SEAM),
                shown(run, Metric.PALETTE)));
    try {
      write(folder, soFar);
      if (run.seed() == 1) {
        Files.write(
            folder.resolve("%s-%ds-%s.png".formatted(run.shot(), run.seconds(), run.method())),
            Strip.png(footage));
      }
    } catch (IOException e) {
      throw unusable(folder, e);
    }
  }

  private static String shown(Run run, Metric metric) {
    Double value = run.figures().get(metric);
    return value == null ? "-" : "%.2f".formatted(value);
  }

  private static void plot(Path folder, Outcome outcome) throws IOException {
    for (int seconds : outcome.setting().seconds()) {
      for (Metric metric : PLOTTED) {
        if (MethodPlots.hasBars(outcome, seconds, metric)) {
          Files.write(
              folder.resolve("plot-%s-%ds.png".formatted(metric.word(), seconds)),
              MethodPlots.bars(outcome, seconds, metric));
        }
      }
    }
  }

  private static LongtakeException unusable(Path folder, IOException why) {
    return new LongtakeException(
        ErrorCode.FILE_UNUSABLE, "%s cannot be written: %s".formatted(folder, why), why);
  }
}

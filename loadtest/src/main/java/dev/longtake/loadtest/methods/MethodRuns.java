package dev.longtake.loadtest.methods;

import dev.longtake.loadtest.methods.figures.Outcome;
import dev.longtake.loadtest.methods.figures.Outcome.Kind;
import dev.longtake.loadtest.methods.figures.Outcome.Setting;
import dev.longtake.loadtest.methods.figures.Run;
import dev.longtake.model.VideoModel;
import dev.longtake.plan.ModelCard;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * Makes every shot, of every length and from every seed, by every method, and measures them. One
 * thread.
 */
final class MethodRuns {

  /** Looks on. */
  interface Watcher {

    /** A film was made and measured; what is known by now. */
    void onFilm(Run run, Footage footage, Outcome soFar);
  }

  private final VideoModel model;
  private final List<Case> cases;
  private final List<Method> methods;
  private final Setting setting;
  private final Watcher watcher;
  private final List<Run> runs = new ArrayList<>();

  private MethodRuns(
      VideoModel model, List<Case> cases, List<Method> methods, Setting setting, Watcher watcher) {
    this.model = model;
    this.cases = cases;
    this.methods = methods;
    this.setting = setting;
    this.watcher = watcher;
  }

  /** All methods: the farm's first, what others do, then what could hold a long shot together. */
  static List<Method> methods() {
    return Stream.concat(Rivals.ALL.stream(), Anchors.ALL.stream()).toList();
  }

  /**
   * Compares.
   *
   * @param methods the farm's among them: control films are made of it
   */
  static Outcome compare(
      VideoModel model,
      List<Case> cases,
      List<Integer> seconds,
      int seedCount,
      List<Method> methods,
      Watcher watcher) {
    ModelCard card = model.card();
    var setting =
        new Setting(
            card.identity().name() + " " + card.identity().version(),
            model.engineClass(),
            cases.getFirst().stepCount(card),
            cases.stream().map(Case::name).toList(),
            seconds,
            seedCount,
            kinds(methods));
    return new MethodRuns(model, cases, methods, setting, watcher).all();
  }

  private static List<Kind> kinds(List<Method> methods) {
    return Stream.concat(
            methods.stream().map(Method::kind), Control.ALL.stream().map(Control::kind))
        .toList();
  }

  private Outcome all() {
    for (int seconds : setting.seconds()) {
      for (long seed = 1; seed <= setting.seedCount(); seed++) {
        for (Case each : cases) {
          for (Method method : methods) {
            one(each, method, seconds, seed);
          }
        }
      }
    }
    return new Outcome(setting, runs);
  }

  private void one(Case each, Method method, int seconds, long seed) {
    Footage footage = each.make(method, model, Duration.ofSeconds(seconds), seed);
    add(
        new Run(
            each.name(),
            seconds,
            seed,
            method.word(),
            footage.chunkSteps(),
            footage.latentFrameSteps(),
            Run.figures(each.measure(footage))),
        footage);
    if (method.equals(Rivals.OURS)) {
      for (Control control : Control.ALL) {
        Footage spoilt = control.spoil().apply(footage);
        var figures = Run.figures(each.measure(spoilt));
        add(new Run(each.name(), seconds, seed, control.word(), 0, 0, figures), spoilt);
      }
    }
  }

  private void add(Run run, Footage footage) {
    runs.add(run);
    watcher.onFilm(run, footage, new Outcome(setting, runs));
  }
}

package dev.longtake.loadtest.methods.figures;

import dev.longtake.consistency.EntityFigures;
import dev.longtake.consistency.FilmFigures;
import dev.longtake.consistency.SeamFigures;
import dev.longtake.consistency.ShotFigures;
import dev.longtake.words.Word;
import java.util.OptionalDouble;
import java.util.function.Function;

/** What is measured of every film, in the order of the columns. A film has one shot here. */
public enum Metric implements Word {
  SEAM("seam, median", Best.LOW, 2, film -> film.seamQuantile(SeamFigures::ratio, 0.5)),
  WORST_SEAM("seam, worst", Best.LOW, 2, film -> film.seamQuantile(SeamFigures::ratio, 1)),
  JERK("jerk, median", Best.LOW, 2, film -> film.seamQuantile(SeamFigures::jerkRatio, 0.5)),
  WARP("warp, median", Best.LOW, 2, film -> film.seamQuantile(SeamFigures::warpRatio, 0.5)),
  CUTS("cuts seen", Best.LOW, 1, film -> OptionalDouble.of(shot(film).cuts().size())),
  PALETTE("palette", Best.LOW, 2, film -> OptionalDouble.of(shot(film).drift().palette())),
  PALETTE_RATIO("palette ratio", Best.LOW, 1, film -> shot(film).drift().paletteRatio()),
  COLOR_CHANGE(
      "colour change", Best.LOW, 1, film -> OptionalDouble.of(shot(film).drift().colorChange())),
  SHARPNESS(
      "sharpness", Best.NONE, 2, film -> OptionalDouble.of(shot(film).drift().sharpnessChange())),
  FLICKER("flicker", Best.LOW, 2, film -> OptionalDouble.of(shot(film).drift().flicker())),
  PULSE("pulse", Best.LOW, 2, film -> shot(film).drift().pulse()),
  CONSISTENCY("consistency", Best.HIGH, 2, film -> mean(film, it -> it.looks().consistency())),
  MOTION("difference", Best.NONE, 2, film -> OptionalDouble.of(shot(film).motion().difference())),
  UNEXPLAINED(
      "unexplained", Best.LOW, 2, film -> OptionalDouble.of(shot(film).motion().unexplained())),
  STAGNATION(
      "stagnation", Best.LOW, 2, film -> OptionalDouble.of(shot(film).motion().stagnation())),
  FIDELITY("fidelity", Best.HIGH, 2, FilmFigures::fidelity),
  COPY_PASTE("copy-paste", Best.NONE, 2, FilmFigures::copyPaste);

  /** Which values are wanted. */
  public enum Best {
    LOW,
    HIGH,
    /** Neither: it stands beside others. */
    NONE
  }

  private final String title;
  private final Best best;
  private final int decimals;

  @SuppressWarnings("ImmutableEnumChecker") // A function without state.
  private final Function<FilmFigures, OptionalDouble> figure;

  Metric(String title, Best best, int decimals, Function<FilmFigures, OptionalDouble> figure) {
    this.title = title;
    this.best = best;
    this.decimals = decimals;
    this.figure = figure;
  }

  private static ShotFigures shot(FilmFigures film) {
    return film.shots().getFirst();
  }

  private static OptionalDouble mean(
      FilmFigures film, Function<EntityFigures, OptionalDouble> figure) {
    return film.entities().stream().map(figure).flatMapToDouble(OptionalDouble::stream).average();
  }

  /** The head of its column. */
  public String title() {
    return title;
  }

  public Best best() {
    return best;
  }

  public int decimals() {
    return decimals;
  }

  /** Its value for a film; empty where nothing can be said. */
  public OptionalDouble of(FilmFigures film) {
    return figure.apply(film);
  }
}

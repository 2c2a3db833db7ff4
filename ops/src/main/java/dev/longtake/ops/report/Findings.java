package dev.longtake.ops.report;

import dev.longtake.consistency.EntityFigures;
import dev.longtake.consistency.FilmFigures;
import dev.longtake.consistency.SeamFigures;
import dev.longtake.consistency.ShotFigures;
import dev.longtake.ops.console.Words;
import dev.longtake.ops.report.Finding.Severity;
import dev.longtake.words.DurationText;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.OptionalDouble;

/**
 * Puts figures into words: what is wrong, where, and what to do. The limits stand in {@code
 * ops/docs/consistency.md}.
 */
final class Findings {

  static final double SEAM_WARNING = 1.6;
  static final double SEAM_PROBLEM = 2.2;
  static final double PALETTE_WARNING = 0.12;
  static final double PALETTE_PROBLEM = 0.25;
  static final double PALETTE_RATIO = 3;
  static final double SHARPNESS = 1.5;
  static final double PULSE = 3;
  static final double STAGNATION = 0.5;
  static final double NOISE = 12;
  static final double COPY_PASTE = 0.65;
  static final double WORST_SHOT = 0.12;
  static final double CONTRAST = 0.08;

  private static final String ANOTHER_SEED =
      "Give the shot a seed of its own (seed:) and render again: only that shot is rendered.";
  private static final String HOLD =
      "Give the shot a scene and a cast with pictures, which go into every chunk and hold it"
          + " together, or render it with --fresh-noise 0.75, or make it shorter.";

  private final RenderedFilm film;
  private final FilmFigures figures;
  private final List<String> changed;
  private final List<Finding> findings = new ArrayList<>();

  /**
   * @param changed shots whose clips are not those that the manifest names
   */
  Findings(RenderedFilm film, FilmFigures figures, List<String> changed) {
    this.film = film;
    this.figures = figures;
    this.changed = changed;
  }

  /** All of them, the worst first. */
  List<Finding> all() {
    figures.seams().forEach(this::seam);
    figures.shots().forEach(this::drift);
    figures.shots().forEach(this::motion);
    cuts();
    figures.entities().forEach(this::entity);
    notes();
    return findings.stream().sorted(Comparator.comparing(Finding::severity)).toList();
  }

  private void add(Severity severity, String where, String what, String remedy) {
    findings.add(new Finding(severity, where, what, remedy));
  }

  private void seam(SeamFigures seam) {
    double worst = Math.max(seam.ratio().orElse(0), seam.warpRatio().orElse(0));
    if (worst >= SEAM_WARNING) {
      add(
          worst >= SEAM_PROBLEM ? Severity.PROBLEM : Severity.WARNING,
          at(seam.shot(), seam.frame()),
          "The picture jumps where chunks %d and %d meet: it changes %s times as much as around it."
              .formatted(seam.boundary() + 1, seam.boundary() + 2, Words.number(worst, 1)),
          ANOTHER_SEED + " If many boundaries show: is exchange off, or are the steps few?");
    }
  }

  private void drift(ShotFigures shot) {
    double palette = shot.drift().palette();
    if (palette >= PALETTE_WARNING && shot.drift().paletteRatio().orElse(0) >= PALETTE_RATIO) {
      add(
          palette >= PALETTE_PROBLEM ? Severity.PROBLEM : Severity.WARNING,
          "shot " + shot.shot(),
          "Its colours drift: %s of the picture ends in colours that were not there at first, %s times what two seconds in a row differ by."
              .formatted(percent(palette), Words.number(shot.drift().paletteRatio().orElse(0), 1)),
          HOLD);
    }
    double sharpness = shot.drift().sharpnessChange();
    if (sharpness > SHARPNESS || sharpness < 1 / SHARPNESS) {
      add(
          Severity.WARNING,
          "shot " + shot.shot(),
          "It ends %s than it begins (%s times the detail)."
              .formatted(sharpness > 1 ? "sharper" : "softer", Words.number(sharpness, 2)),
          HOLD);
    }
    OptionalDouble pulse = shot.drift().pulse();
    if (pulse.orElse(0) > PULSE) {
      add(
          Severity.WARNING,
          "shot " + shot.shot(),
          "Its brightness beats once a chunk, %s times what it swings otherwise."
              .formatted(Words.number(pulse.getAsDouble(), 1)),
          "Is exchange off, or is the overlap short? Otherwise: " + ANOTHER_SEED);
    }
  }

  private void motion(ShotFigures shot) {
    double stagnation = shot.motion().stagnation();
    if (stagnation >= STAGNATION) {
      add(
          stagnation >= 1 ? Severity.PROBLEM : Severity.WARNING,
          "shot " + shot.shot(),
          stagnation >= 1
              ? "It stands still from its first frame to its last; its other figures say nothing."
              : "It stands still for %s of its seconds.".formatted(percent(stagnation)),
          "Say in the prompt what moves, or give the camera a move.");
    }
    if (shot.motion().unexplained() > NOISE) {
      add(
          Severity.PROBLEM,
          "shot " + shot.shot(),
          "It flickers as noise does: no motion explains what changes from frame to frame.",
          "Is the checkpoint what it should be, and are the steps enough?");
    }
  }

  private void cuts() {
    figures
        .cuts()
        .extra()
        .forEach(
            place ->
                add(
                    Severity.PROBLEM,
                    at(place.shot(), place.frame()),
                    "The picture becomes another one although the shot goes on.",
                    ANOTHER_SEED));
    figures
        .cuts()
        .missing()
        .forEach(
            shot ->
                add(
                    Severity.WARNING,
                    "after shot " + shot,
                    "The story has a cut there, and the picture hardly changes.",
                    "Do the two shots show what their prompts say?"));
  }

  private void entity(EntityFigures entity) {
    String id = entity.entity().id();
    if (entity.fidelity().orElse(1) < 1) {
      for (EntityFigures.ShotShare share : entity.byShot()) {
        if (share.share() < 0.5) {
          add(
              entity.fidelity().orElse(0) < 0.5 ? Severity.PROBLEM : Severity.WARNING,
              "%s in shot %s".formatted(id, share.shot()),
              "The story has %s there, and it is known by its colours in %s of the frames looked at."
                  .formatted(id, percent(share.share())),
              "Compare it with its pictures: is it missing, or only hidden or in other"
                  + " light? If it is missing, name it in the prompt by the words of its"
                  + " description.");
        }
      }
    }
    double consistency = entity.looks().consistency().orElse(1);
    if (entity.looks().contrast().isPresent()
        && consistency - entity.looks().contrast().getAsDouble() < CONTRAST) {
      add(
          Severity.PROBLEM,
          id,
          "It looks no more like itself than like others (%s against %s)."
              .formatted(
                  Words.number(consistency, 2),
                  Words.number(entity.looks().contrast().getAsDouble(), 2)),
          "Compare its pictures in the report; are they of one and the same?");
    }
    entity
        .looks()
        .worst()
        .filter(worst -> consistency - worst.cosine() > WORST_SHOT)
        .ifPresent(
            worst ->
                add(
                    Severity.WARNING,
                    "%s in shot %s".formatted(id, worst.shot()),
                    "It looks different there than elsewhere (%s against %s on average)."
                        .formatted(Words.number(worst.cosine(), 2), Words.number(consistency, 2)),
                    ANOTHER_SEED));
    if (entity.looks().copyPaste().orElse(0) >= COPY_PASTE) {
      add(
          Severity.PROBLEM,
          id,
          "Its reference picture is repeated, colour for colour (%s of it), rather than drawn anew."
              .formatted(percent(entity.looks().copyPaste().orElse(0))),
          "Its consistency and its likeness to the picture say nothing. Ask for another pose or"
              + " side in the prompt.");
    }
  }

  private void notes() {
    long without =
        figures.entities().stream().filter(it -> it.entity().pictures().isEmpty()).count();
    if (without > 0) {
      add(
          Severity.NOTE,
          "the film",
          "The pictures of %s of its world are not at hand: nothing can be said of them."
              .formatted(Words.count(without, "reference")),
          "Name the folder of the world's pictures with --world.");
    }
    if (film.shots().stream().anyMatch(shot -> shot.seams().isEmpty())) {
      add(
          Severity.NOTE,
          "the film",
          "Its manifest is from before seams were measured on frames: here they are of compressed"
              + " clips, and only where much moves.",
          "Films rendered from now on have them in their manifest.");
    }
    if (figures.entities().isEmpty()) {
      add(
          Severity.NOTE,
          "the film",
          "No shot has a cast, props or a scene with pictures: nobody is followed from shot to"
              + " shot.",
          "A world with pictures makes characters and places the same wherever they are seen.");
    }
    changed.forEach(
        shot ->
            add(
                Severity.NOTE,
                "shot " + shot,
                "Its clip is not the one that the manifest names: the file was changed.",
                "The figures are of the file that is there."));
  }

  /** {@code shot lion at 0:07.5, frame 12}. */
  private String at(String shot, int frame) {
    return "shot %s at %s, frame %d"
        .formatted(shot, DurationText.clock(film.seconds(shot, frame)), frame);
  }

  static String percent(double share) {
    return Math.round(100 * share) + " %";
  }
}

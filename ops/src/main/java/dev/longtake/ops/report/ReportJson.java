package dev.longtake.ops.report;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import dev.longtake.consistency.Appearance;
import dev.longtake.consistency.CutFigures;
import dev.longtake.consistency.EntityFigures;
import dev.longtake.consistency.FilmFigures;
import dev.longtake.consistency.SeamFigures;
import dev.longtake.consistency.ShotFigures;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import org.jspecify.annotations.Nullable;

/**
 * A report as JSON: {@code report.schema.json}. Holds no time: two reports of one film are equal.
 * What is not known is left out, and never 0.
 */
record ReportJson(
    int format,
    Film film,
    Seams seams,
    List<Drift> drift,
    List<Motion> motion,
    Cuts cuts,
    Fidelity fidelity,
    CopyPaste copyPaste,
    List<Entity> entities,
    List<Found> findings) {

  private static final int FORMAT = 1;
  private static final ObjectMapper JSON =
      new ObjectMapper()
          .enable(SerializationFeature.INDENT_OUTPUT)
          .setDefaultPropertyInclusion(JsonInclude.Include.NON_NULL);

  /** Which film. */
  record Film(String name, String model, String sha256, int frameCount, double seconds) {}

  /** Boundaries of chunks. */
  record Seams(
      int measured,
      @Nullable Double medianRatio,
      @Nullable Double p95Ratio,
      @Nullable Double maxRatio,
      @Nullable Double medianJerkRatio,
      @Nullable Double medianWarpRatio,
      List<Seam> boundaries) {

    static Seams of(RenderedFilm film, FilmFigures figures) {
      return new Seams(
          (int) figures.seams().stream().filter(it -> it.ratio().isPresent()).count(),
          rounded(figures.seamQuantile(SeamFigures::ratio, 0.5)),
          rounded(figures.seamQuantile(SeamFigures::ratio, 0.95)),
          rounded(figures.seamQuantile(SeamFigures::ratio, 1)),
          rounded(figures.seamQuantile(SeamFigures::jerkRatio, 0.5)),
          rounded(figures.seamQuantile(SeamFigures::warpRatio, 0.5)),
          figures.seams().stream().map(it -> Seam.of(film, it)).toList());
    }
  }

  /** One boundary. */
  record Seam(
      String shot,
      int boundary,
      int frame,
      double filmSeconds,
      @Nullable Double ratio,
      @Nullable Double jerkRatio,
      @Nullable Double warpRatio) {

    static Seam of(RenderedFilm film, SeamFigures seam) {
      return new Seam(
          seam.shot(),
          seam.boundary(),
          seam.frame(),
          rounded(film.seconds(seam.shot(), seam.frame())),
          rounded(seam.ratio()),
          rounded(seam.jerkRatio()),
          rounded(seam.warpRatio()));
    }
  }

  /** How a shot goes away from its beginning. */
  record Drift(
      String shot,
      double colorPerMinute,
      double colorChange,
      double palette,
      @Nullable Double paletteRatio,
      double sharpnessChange,
      double flicker,
      @Nullable Double pulse) {

    static Drift of(ShotFigures shot) {
      return new Drift(
          shot.shot(),
          rounded(shot.drift().colorPerMinute()),
          rounded(shot.drift().colorChange()),
          rounded(shot.drift().palette()),
          rounded(shot.drift().paletteRatio()),
          rounded(shot.drift().sharpnessChange()),
          rounded(shot.drift().flicker()),
          rounded(shot.drift().pulse()));
    }
  }

  /** How a shot moves. */
  record Motion(
      String shot,
      double difference,
      double widthsPerSecond,
      double unexplained,
      double stagnation) {

    static Motion of(ShotFigures shot) {
      return new Motion(
          shot.shot(),
          rounded(shot.motion().difference()),
          rounded(shot.motion().widthsPerSecond()),
          rounded(shot.motion().unexplained()),
          rounded(shot.motion().stagnation()));
    }
  }

  /** Cuts found against cuts asked for. */
  record Cuts(int asked, int found, List<String> missing, List<Place> extra, double accuracy) {

    static Cuts of(CutFigures cuts) {
      return new Cuts(
          cuts.asked(),
          cuts.found(),
          cuts.missing(),
          cuts.extra().stream().map(it -> new Place(it.shot(), it.frame())).toList(),
          rounded(cuts.accuracy()));
    }
  }

  /** A frame of a shot. */
  record Place(String shot, int frame) {}

  /** Whether what the story schedules is there. */
  record Fidelity(
      int appearances,
      @Nullable Double share,
      double gate,
      @Nullable Double separation,
      List<Feature> features) {

    static Fidelity of(FilmFigures figures) {
      return new Fidelity(
          figures.entities().stream().mapToInt(EntityFigures::appearances).sum(),
          rounded(figures.fidelity()),
          Appearance.GATE,
          rounded(figures.separation()),
          figures.features().stream()
              .map(it -> new Feature(it.feature().word(), it.feature().isUsed(), rounded(it.auc())))
              .toList());
    }
  }

  /** How well a feature tells entities of this film apart. */
  record Feature(String name, boolean used, @Nullable Double auc) {}

  /** Whether references were repeated rather than drawn anew. */
  record CopyPaste(@Nullable Double max) {}

  /** Who or what the story shows. */
  record Entity(
      String id,
      String kind,
      int appearances,
      @Nullable Double fidelity,
      List<ShotShare> shots,
      Looks looks,
      List<Decay> decay,
      @Nullable Double decaySlope) {

    static Entity of(EntityFigures entity) {
      return new Entity(
          entity.entity().id(),
          entity.entity().kind().word(),
          entity.appearances(),
          rounded(entity.fidelity()),
          entity.shots().stream()
              .map(
                  shot ->
                      new ShotShare(shot, entity.share(shot).map(ReportJson::rounded).orElse(null)))
              .toList(),
          Looks.of(entity.looks()),
          entity.decay().stream()
              .map(it -> new Decay(it.distance(), rounded(it.cosine()), it.pairs()))
              .toList(),
          rounded(entity.decaySlope()));
    }
  }

  /** The share of a shot's frames that show it. */
  record ShotShare(String shot, @Nullable Double fidelity) {}

  /** How alike an entity's looks are. */
  record Looks(
      @Nullable Double consistency,
      @Nullable Double contrast,
      @Nullable String worstShot,
      @Nullable Double worstShotCosine,
      @Nullable Double reference,
      @Nullable Double copyPaste) {

    static Looks of(EntityFigures.Looks looks) {
      Optional<EntityFigures.ShotCosine> worst = looks.worst();
      return new Looks(
          rounded(looks.consistency()),
          rounded(looks.contrast()),
          worst.map(EntityFigures.ShotCosine::shot).orElse(null),
          worst.map(it -> rounded(it.cosine())).orElse(null),
          rounded(looks.reference()),
          rounded(looks.copyPaste()));
    }
  }

  /** Pairs of appearances so many shots apart. */
  record Decay(int distance, double cosine, int pairs) {}

  /** What a person should know. */
  record Found(String severity, String where, String what, String remedy) {}

  /** The report as text. */
  static String write(Examination examination) {
    try {
      return JSON.writeValueAsString(of(examination)) + "\n";
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("records of texts and numbers have a JSON form", e);
    }
  }

  private static ReportJson of(Examination examination) {
    RenderedFilm film = examination.film();
    FilmFigures figures = examination.figures();
    return new ReportJson(
        FORMAT,
        new Film(
            film.name(),
            film.model(),
            film.film().sha256(),
            film.film().frameCount(),
            film.film().seconds()),
        Seams.of(film, figures),
        figures.shots().stream().map(Drift::of).toList(),
        figures.shots().stream().map(Motion::of).toList(),
        Cuts.of(figures.cuts()),
        Fidelity.of(figures),
        new CopyPaste(rounded(figures.copyPaste())),
        figures.entities().stream().map(Entity::of).toList(),
        examination.findings().stream()
            .map(it -> new Found(it.severity().word(), it.where(), it.what(), it.remedy()))
            .toList());
  }

  private static double rounded(double value) {
    return Math.rint(value * 10_000) / 10_000;
  }

  private static @Nullable Double rounded(OptionalDouble value) {
    return value.isPresent() ? (Double) rounded(value.getAsDouble()) : null;
  }
}

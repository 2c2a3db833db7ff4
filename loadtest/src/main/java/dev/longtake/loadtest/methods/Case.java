package dev.longtake.loadtest.methods;

import static java.util.Objects.requireNonNull;

import dev.longtake.consistency.Entity;
import dev.longtake.consistency.FilmFigures;
import dev.longtake.consistency.FilmGauge;
import dev.longtake.consistency.FrameChanges;
import dev.longtake.consistency.ShotGauge;
import dev.longtake.consistency.ShotLayout;
import dev.longtake.consistency.look.Rasters;
import dev.longtake.digest.Digest;
import dev.longtake.error.ErrorCode;
import dev.longtake.error.LongtakeException;
import dev.longtake.model.PicturePreprocess;
import dev.longtake.model.VideoModel;
import dev.longtake.picture.PictureReader;
import dev.longtake.picture.Pixels;
import dev.longtake.plan.ModelCard;
import dev.longtake.plan.ReferencePicture;
import dev.longtake.plan.ShotInputs;
import dev.longtake.plan.ShotPlan;
import dev.longtake.plan.StoryPlan;
import dev.longtake.story.Reference;
import dev.longtake.story.Shot;
import dev.longtake.story.ShotSeeds;
import dev.longtake.story.Story;
import dev.longtake.story.yaml.LoadedStory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * One shot of a story as a film of its own, of any length and seed: made by a method, and measured.
 */
final class Case {

  private final LoadedStory loaded;
  private final Shot shot;

  private Case(LoadedStory loaded, Shot shot) {
    this.loaded = loaded;
    this.shot = shot;
  }

  /** Every shot of a story. */
  static List<Case> of(LoadedStory loaded) {
    return loaded.story().shots().stream().map(shot -> new Case(loaded, shot)).toList();
  }

  /** The shot's id. */
  String name() {
    return shot.id();
  }

  /** Denoise steps that the story asks for, or else the checkpoint. */
  int stepCount(ModelCard card) {
    return card.sampling().with(loaded.story().settings().sampling()).stepCount();
  }

  /** The story of the shot alone. */
  Story story(Duration length, long seed) {
    Story whole = loaded.story();
    int frameCount = (int) whole.frameRate().frames(length);
    Shot alone =
        new Shot(
            shot.id(),
            shot.scene(),
            shot.cast(),
            shot.props(),
            shot.styles(),
            shot.text(),
            frameCount,
            shot.camera(),
            ShotSeeds.derive(seed, shot.id()));
    return new Story(
        whole.name(),
        whole.world(),
        whole.size(),
        whole.frameRate(),
        seed,
        List.of(alone),
        List.of(),
        whole.settings());
  }

  /** Makes it by a method. */
  Footage make(Method method, VideoModel model, Duration length, long seed) {
    ShotPlan plan =
        StoryPlan.of(story(length, seed), model.card(), model.engineClass()).shots().getFirst();
    try (ShotModel shotModel =
        new ShotModel(model, plan.inputs(), references(model, plan.inputs()))) {
      return method.how().make(new Take(plan, shotModel));
    }
  }

  /** The shot's pictures as the model sees them, in the order of the plan. */
  List<float[]> references(VideoModel model, ShotInputs inputs) {
    int width = inputs.size().width();
    int height = inputs.size().height();
    List<float[]> latents = new ArrayList<>();
    for (ReferencePicture picture : inputs.prompt().references()) {
      Pixels pixels = pixels(picture.digest());
      float[] fitted =
          switch (picture.fit()) {
            case CANVAS -> PicturePreprocess.fit(pixels, width, height);
            case COVER -> PicturePreprocess.fill(pixels, width, height);
          };
      latents.add(model.encodePicture(fitted, height, width));
    }
    return latents;
  }

  private Pixels pixels(Digest digest) {
    byte[] file = requireNonNull(loaded.pictures().get(digest), digest.hex());
    return switch (PictureReader.read(file)) {
      case PictureReader.Decoded(Pixels read, _) -> read;
      case PictureReader.Unusable(String expected, String found) ->
          throw new LongtakeException(
              ErrorCode.PICTURE_INVALID,
              "picture %s: expected %s, found %s".formatted(digest, expected, found));
    };
  }

  /** What the gauges of {@code longtake report} say of it, on frames as they were decoded. */
  FilmFigures measure(Footage footage) {
    double rate = loaded.story().frameRate().hz();
    var layout = new ShotLayout(shot.id(), footage.frames().size(), footage.boundaryFrames(), rate);
    var gauge = new ShotGauge(layout, FrameChanges.STILL);
    footage.frames().forEach(frame -> gauge.see(Rasters.reduced(frame)));
    var film = new FilmGauge(List.of(layout), List.of(false), entities());
    film.see(gauge);
    return film.figures();
  }

  private List<Entity> entities() {
    return Stream.of(
            shot.cast().stream()
                .flatMap(id -> entity(loaded.story().world().character(id), Entity.Kind.CHARACTER)),
            shot.props().stream()
                .flatMap(id -> entity(loaded.story().world().prop(id), Entity.Kind.PROP)),
            entity(loaded.story().world().scene(shot.scene()), Entity.Kind.SCENE))
        .flatMap(it -> it)
        .toList();
  }

  private Stream<Entity> entity(Optional<Reference> reference, Entity.Kind kind) {
    return reference.stream()
        .filter(it -> !it.pictures().isEmpty())
        .map(
            it ->
                new Entity(
                    it.id(),
                    kind,
                    it.pictures().stream()
                        .map(picture -> Rasters.reduced(pixels(picture.digest())))
                        .toList(),
                    List.of(0)));
  }
}

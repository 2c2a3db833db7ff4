package dev.longtake.wire;

import dev.longtake.digest.Digest;
import dev.longtake.picture.PictureLimits;
import dev.longtake.story.Camera;
import dev.longtake.story.FrameRate;
import dev.longtake.story.FrameSize;
import dev.longtake.story.Picture;
import dev.longtake.story.Reference;
import dev.longtake.story.RenderSettings;
import dev.longtake.story.SamplingOverrides;
import dev.longtake.story.Shot;
import dev.longtake.story.ShotText;
import dev.longtake.story.Story;
import dev.longtake.story.StoryLimits;
import dev.longtake.story.Transition;
import dev.longtake.story.World;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;

/** Stories and worlds, both ways. */
public final class StoryWire {

  private StoryWire() {}

  /** The message of a story. */
  public static dev.longtake.wire.v1.Story toProto(Story story) {
    var message =
        dev.longtake.wire.v1.Story.newBuilder()
            .setName(story.name())
            .setWorld(toProto(story.world()))
            .setWidth(story.size().width())
            .setHeight(story.size().height())
            .setSeed(story.seed())
            .setSettings(toProto(story.settings()));
    setFrameRate(message, story.frameRate());
    story.shots().forEach(shot -> message.addShots(toProto(shot)));
    story.transitions().forEach(transition -> message.addTransitions(toProto(transition)));
    return message.build();
  }

  /**
   * The story of a message.
   *
   * @throws dev.longtake.error.LongtakeException with {@code REQUEST_INVALID} and the field's name
   */
  public static Story fromProto(dev.longtake.wire.v1.Story message) {
    Field at = new Field("story");
    at.at("world").requireSet(message.hasWorld());
    World world = world(at.at("world"), message.getWorld());
    FrameSize size =
        at.at("size").make(() -> new FrameSize(message.getWidth(), message.getHeight()));
    List<Shot> shots =
        at.at("shots").list(message.getShotsList(), StoryLimits.SHOTS_MAX, StoryWire::shot);
    List<Transition> transitions =
        at.at("transitions")
            .list(message.getTransitionsList(), StoryLimits.SHOTS_MAX, StoryWire::transition);
    RenderSettings settings = settings(at.at("settings"), message.getSettings());
    FrameRate frameRate = frameRate(at, message);
    return at.make(
        () ->
            new Story(
                message.getName(),
                world,
                size,
                frameRate,
                message.getSeed(),
                shots,
                transitions,
                settings));
  }

  /**
   * Names a story by all of its content, its pictures' digests included: the digest of its message.
   * A story has one message, and a message without maps has one sequence of bytes.
   */
  public static Digest contentDigest(Story story) {
    return Digest.of(toProto(story).toByteArray());
  }

  /** One field alone is set, so that a story has one message. */
  private static void setFrameRate(
      dev.longtake.wire.v1.Story.Builder message, FrameRate frameRate) {
    if (frameRate.isWhole()) {
      message.setFrameRateHz(frameRate.numerator());
    } else {
      message.setFrameRate(
          dev.longtake.wire.v1.FrameRate.newBuilder()
              .setNumerator(frameRate.numerator())
              .setDenominator(frameRate.denominator()));
    }
  }

  private static FrameRate frameRate(Field at, dev.longtake.wire.v1.Story message) {
    if (!message.hasFrameRate()) {
      return at.make(() -> FrameRate.of(message.getFrameRateHz()));
    }
    if (message.getFrameRateHz() != 0) {
      throw at.at("frame_rate").invalid("expected frame_rate_hz to be unset beside it, found both");
    }
    return at.make(
        () ->
            new FrameRate(
                message.getFrameRate().getNumerator(), message.getFrameRate().getDenominator()));
  }

  private static dev.longtake.wire.v1.World toProto(World world) {
    var message = dev.longtake.wire.v1.World.newBuilder().setName(world.name());
    world.characters().forEach(reference -> message.addCharacters(toProto(reference)));
    world.props().forEach(reference -> message.addProps(toProto(reference)));
    world.scenes().forEach(reference -> message.addScenes(toProto(reference)));
    world.styles().forEach(reference -> message.addStyles(toProto(reference)));
    return message.build();
  }

  private static World world(Field at, dev.longtake.wire.v1.World message) {
    int max = StoryLimits.REFERENCES_PER_KIND_MAX;
    var characters =
        at.at("characters").list(message.getCharactersList(), max, StoryWire::reference);
    var props = at.at("props").list(message.getPropsList(), max, StoryWire::reference);
    var scenes = at.at("scenes").list(message.getScenesList(), max, StoryWire::reference);
    var styles = at.at("styles").list(message.getStylesList(), max, StoryWire::reference);
    return at.make(() -> new World(message.getName(), characters, props, scenes, styles));
  }

  private static dev.longtake.wire.v1.Reference toProto(Reference reference) {
    var message =
        dev.longtake.wire.v1.Reference.newBuilder()
            .setId(reference.id())
            .setDescription(reference.description());
    for (Picture picture : reference.pictures()) {
      message.addPictures(
          dev.longtake.wire.v1.Picture.newBuilder()
              .setFileName(picture.fileName())
              .setDigest(picture.digest().hex())
              .setWidth(picture.width())
              .setHeight(picture.height()));
    }
    return message.build();
  }

  private static Reference reference(Field at, dev.longtake.wire.v1.Reference message) {
    List<Picture> pictures =
        at.at("pictures")
            .list(
                message.getPicturesList(),
                StoryLimits.PICTURES_PER_REFERENCE_MAX,
                StoryWire::picture);
    return at.make(() -> new Reference(message.getId(), message.getDescription(), pictures));
  }

  private static Picture picture(Field at, dev.longtake.wire.v1.Picture message) {
    var digest = at.at("digest").digest(message.getDigest());
    if ((long) message.getWidth() * message.getHeight() > PictureLimits.PIXELS_MAX) {
      throw at.invalid(
          "expected at most %d pixels, found %d x %d"
              .formatted(PictureLimits.PIXELS_MAX, message.getWidth(), message.getHeight()));
    }
    return at.make(
        () -> new Picture(message.getFileName(), digest, message.getWidth(), message.getHeight()));
  }

  private static dev.longtake.wire.v1.Shot toProto(Shot shot) {
    var message =
        dev.longtake.wire.v1.Shot.newBuilder()
            .setId(shot.id())
            .setScene(shot.scene())
            .addAllCast(shot.cast())
            .addAllProps(shot.props())
            .addAllStyles(shot.styles())
            .setPrompt(shot.prompt())
            .setFrameCount(shot.frameCount())
            .setCamera(shot.camera().word())
            .setSeed(shot.seed());
    shot.text().negativePrompt().ifPresent(message::setNegativePrompt);
    return message.build();
  }

  private static Shot shot(Field at, dev.longtake.wire.v1.Shot message) {
    Camera camera = at.at("camera").word(message.getCamera(), Camera.class);
    Optional<String> negativePrompt =
        message.hasNegativePrompt() ? Optional.of(message.getNegativePrompt()) : Optional.empty();
    ShotText text = at.make(() -> new ShotText(message.getPrompt(), negativePrompt));
    return at.make(
        () ->
            new Shot(
                message.getId(),
                message.getScene(),
                message.getCastList(),
                message.getPropsList(),
                message.getStylesList(),
                text,
                message.getFrameCount(),
                camera,
                message.getSeed()));
  }

  private static dev.longtake.wire.v1.Transition toProto(Transition transition) {
    var message = dev.longtake.wire.v1.Transition.newBuilder();
    switch (transition) {
      case Transition.Cut() ->
          message.setCut(dev.longtake.wire.v1.Transition.Cut.getDefaultInstance());
      case Transition.Dissolve(int frameCount) ->
          message.setDissolve(
              dev.longtake.wire.v1.Transition.Dissolve.newBuilder().setFrameCount(frameCount));
      case Transition.Fade(int frameCount, int colorRgb) ->
          message.setFade(
              dev.longtake.wire.v1.Transition.Fade.newBuilder()
                  .setFrameCount(frameCount)
                  .setColorRgb(colorRgb));
    }
    return message.build();
  }

  private static Transition transition(Field at, dev.longtake.wire.v1.Transition message) {
    return switch (message.getKindCase()) {
      case CUT -> new Transition.Cut();
      case DISSOLVE ->
          at.at("dissolve")
              .make(() -> new Transition.Dissolve(message.getDissolve().getFrameCount()));
      case FADE ->
          at.at("fade")
              .make(
                  () ->
                      new Transition.Fade(
                          message.getFade().getFrameCount(), message.getFade().getColorRgb()));
      case KIND_NOT_SET -> throw at.unset(message);
    };
  }

  private static dev.longtake.wire.v1.RenderSettings toProto(RenderSettings settings) {
    return dev.longtake.wire.v1.RenderSettings.newBuilder()
        .setSampling(toProto(settings.sampling()))
        .setExchangeOff(settings.exchangeOff())
        .build();
  }

  private static RenderSettings settings(Field at, dev.longtake.wire.v1.RenderSettings message) {
    return new RenderSettings(
        overrides(at.at("sampling"), message.getSampling()), message.getExchangeOff());
  }

  private static dev.longtake.wire.v1.SamplingOverrides toProto(SamplingOverrides overrides) {
    var message = dev.longtake.wire.v1.SamplingOverrides.newBuilder();
    overrides.stepCount().ifPresent(message::setStepCount);
    overrides.guidanceScale().ifPresent(message::setGuidanceScale);
    overrides.shift().ifPresent(message::setShift);
    overrides.freshNoise().ifPresent(message::setFreshNoise);
    return message.build();
  }

  private static SamplingOverrides overrides(
      Field at, dev.longtake.wire.v1.SamplingOverrides message) {
    return at.make(
        () ->
            new SamplingOverrides(
                message.hasStepCount()
                    ? OptionalInt.of(message.getStepCount())
                    : OptionalInt.empty(),
                message.hasGuidanceScale()
                    ? OptionalDouble.of(message.getGuidanceScale())
                    : OptionalDouble.empty(),
                message.hasShift() ? OptionalDouble.of(message.getShift()) : OptionalDouble.empty(),
                message.hasFreshNoise()
                    ? OptionalDouble.of(message.getFreshNoise())
                    : OptionalDouble.empty()));
  }
}

package dev.longtake.ops.option;

import dev.longtake.error.ErrorCode;
import dev.longtake.error.LongtakeException;
import dev.longtake.story.RenderSettings;
import dev.longtake.story.SamplingOverrides;
import dev.longtake.story.Seed;
import dev.longtake.story.Shot;
import dev.longtake.story.ShotSeeds;
import dev.longtake.story.Story;
import dev.longtake.story.yaml.LoadedStory;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Options that override what the story and the model say about how to render. */
public final class SettingsOptions {

  enum Switch {
    ON,
    OFF
  }

  @Option(names = "--steps", paramLabel = "N", description = "Denoise steps.")
  private @Nullable Integer steps;

  @Option(
      names = "--guidance",
      paramLabel = "X",
      description = "How strongly the prompt is followed; off at 1 and below.")
  private @Nullable Double guidance;

  @Option(
      names = "--shift",
      paramLabel = "X",
      description = "Shift of the noise schedule towards the noisy end.")
  private @Nullable Double shift;

  @Option(
      names = "--fresh-noise",
      paramLabel = "X",
      description = {
        "Noise level, 0 to 1, down to which steps draw new noise: holds a long shot together",
        "that has no pictures; 0.75 is a good one. 1 is not at all."
      })
  private @Nullable Double freshNoise;

  @Option(
      names = "--exchange",
      paramLabel = "on|off",
      defaultValue = "on",
      description = "Whether chunks agree on their overlaps at every step; off only to compare.")
  private Switch exchange;

  @Option(
      names = "--seed",
      paramLabel = "N",
      description = "The story's seed, 0 to 2^64 - 1; shots that have one of their own keep it.")
  private @Nullable String seed;

  /** The story with these options in force. */
  public LoadedStory apply(LoadedStory loaded) {
    try {
      List<String> notes = new ArrayList<>(loaded.warnings());
      if (seed != null) {
        Seed.note(seed).map(note -> "--" + note).ifPresent(notes::add);
      }
      return new LoadedStory(changed(loaded.story()), loaded.pictures(), notes);
    } catch (IllegalArgumentException e) {
      throw new LongtakeException(
          ErrorCode.CONFIGURATION_INVALID, String.valueOf(e.getMessage()), e);
    }
  }

  /** The same story, whose chunks do not exchange their overlaps. */
  public static LoadedStory withoutExchange(LoadedStory loaded) {
    Story story = loaded.story();
    RenderSettings settings = new RenderSettings(story.settings().sampling(), true);
    return new LoadedStory(story.withSettings(settings), loaded.pictures(), loaded.warnings());
  }

  private Story changed(Story story) {
    RenderSettings given = story.settings();
    SamplingOverrides sampling =
        new SamplingOverrides(
            steps == null ? given.sampling().stepCount() : OptionalInt.of(steps),
            guidance == null ? given.sampling().guidanceScale() : OptionalDouble.of(guidance),
            shift == null ? given.sampling().shift() : OptionalDouble.of(shift),
            freshNoise == null ? given.sampling().freshNoise() : OptionalDouble.of(freshNoise));
    RenderSettings settings =
        new RenderSettings(sampling, exchange == Switch.OFF || given.exchangeOff());
    long newSeed = seed == null ? story.seed() : read(seed);
    return with(story, newSeed, reseeded(story, newSeed), settings);
  }

  private static long read(String seed) {
    return Seed.parse(seed)
        .orElseThrow(
            () ->
                new LongtakeException(
                    ErrorCode.CONFIGURATION_INVALID,
                    "--seed: expected %s, found \"%s\"".formatted(Seed.EXPECTED, seed)));
  }

  private static Story with(Story story, long seed, List<Shot> shots, RenderSettings settings) {
    return new Story(
        story.name(),
        story.world(),
        story.size(),
        story.frameRate(),
        seed,
        shots,
        story.transitions(),
        settings);
  }

  private static List<Shot> reseeded(Story story, long seed) {
    List<Shot> shots = new ArrayList<>();
    for (Shot shot : story.shots()) {
      boolean derived = shot.seed() == ShotSeeds.derive(story.seed(), shot.id());
      shots.add(
          new Shot(
              shot.id(),
              shot.scene(),
              shot.cast(),
              shot.props(),
              shot.styles(),
              shot.text(),
              shot.frameCount(),
              shot.camera(),
              derived ? ShotSeeds.derive(seed, shot.id()) : shot.seed()));
    }
    return shots;
  }
}

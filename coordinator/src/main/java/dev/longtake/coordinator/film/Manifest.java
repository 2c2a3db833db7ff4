package dev.longtake.coordinator.film;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonUnwrapped;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import dev.longtake.digest.Digest;
import dev.longtake.plan.ModelCard;
import dev.longtake.plan.Sampling;
import dev.longtake.plan.Segment;
import dev.longtake.plan.ShotInputs;
import dev.longtake.plan.ShotPlan;
import dev.longtake.plan.StoryPlan;
import dev.longtake.story.Reference;
import dev.longtake.story.Seed;
import dev.longtake.story.Story;
import dev.longtake.story.Transition;
import dev.longtake.story.World;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Everything that decided a film, and what came of it, as JSON: {@code manifest.schema.json}. Holds
 * no time and no story id: two renderings of one story have one manifest.
 */
record Manifest(
    int format,
    StoryEntry story,
    ModelEntry model,
    String engineClass,
    FilmEntry film,
    ManifestSeams seams,
    List<PictureEntry> pictures,
    List<ShotEntry> shots) {

  private static final int FORMAT = 1;
  private static final ObjectMapper JSON =
      new ObjectMapper()
          .enable(SerializationFeature.INDENT_OUTPUT)
          .setDefaultPropertyInclusion(JsonInclude.Include.NON_NULL);

  /** What was asked for. */
  record StoryEntry(
      String name,
      String world,
      int width,
      int height,
      Number frameRateHz,
      String frameRate,
      BigInteger seed,
      String seedText) {

    private static StoryEntry of(Story story) {
      return new StoryEntry(
          story.name(),
          story.world().name(),
          story.size().width(),
          story.size().height(),
          story.frameRate().isWhole()
              ? (Number) story.frameRate().numerator()
              : (Number) story.frameRate().hz(),
          story.frameRate().fraction(),
          Seed.number(story.seed()),
          Seed.text(story.seed()));
    }
  }

  /** The checkpoint, and how it cuts shots up. */
  record ModelEntry(
      String name,
      String version,
      String digest,
      int chunkLatentFrameCount,
      int chunkOverlap,
      int segmentLatentFrameCount,
      int segmentHalo) {

    private static ModelEntry of(ModelCard model) {
      return new ModelEntry(
          model.identity().name(),
          model.identity().version(),
          model.identity().digest().hex(),
          model.chunkPolicy().latentFrameCount(),
          model.chunkPolicy().overlap(),
          model.segmentPolicy().latentFrameCount(),
          model.segmentPolicy().halo());
    }
  }

  /** The film's file, and what its frames were cut from. */
  record FilmEntry(
      String file,
      String sha256,
      int frameCount,
      double seconds,
      int width,
      int height,
      int renderedWidth,
      int renderedHeight,
      String codec) {

    private static FilmEntry of(StoryPlan plan, Digest film, String codec) {
      return new FilmEntry(
          FilmAssembler.FILM,
          film.hex(),
          plan.frameCount(),
          plan.filmSeconds(),
          plan.story().size().width(),
          plan.story().size().height(),
          plan.renderedSize().width(),
          plan.renderedSize().height(),
          codec);
    }
  }

  /** A picture of the world. */
  record PictureEntry(String reference, String kind, String file, String sha256) {

    private static List<PictureEntry> of(World world) {
      return Stream.of(
              of("character", world.characters()),
              of("prop", world.props()),
              of("scene", world.scenes()),
              of("style", world.styles()))
          .flatMap(it -> it)
          .toList();
    }

    private static Stream<PictureEntry> of(String kind, List<Reference> references) {
      return references.stream()
          .flatMap(
              reference ->
                  reference.pictures().stream()
                      .map(
                          it ->
                              new PictureEntry(
                                  reference.id(), kind, it.fileName(), it.digest().hex())));
    }
  }

  /** A run of frames that was decoded in one go. */
  record SegmentEntry(int firstFrame, int frameCount, String sha256) {}

  /** What a shot was made from; its fields stand beside the shot's own. */
  record InputsEntry(
      String prompt,
      String negativePrompt,
      BigInteger seed,
      String seedText,
      List<String> references,
      int stepCount,
      double guidanceScale,
      double shift,
      String solver,
      boolean exchange,
      double sharedNoise,
      @Nullable Double freshNoise) {

    private static InputsEntry of(ShotInputs inputs) {
      Sampling sampling = inputs.sampling();
      return new InputsEntry(
          inputs.prompt().text(),
          inputs.prompt().negativeText(),
          Seed.number(inputs.seed()),
          Seed.text(inputs.seed()),
          inputs.prompt().references().stream().map(it -> it.digest().hex()).toList(),
          sampling.stepCount(),
          sampling.guidanceScale(),
          sampling.shift(),
          sampling.solver().word(),
          !inputs.exchangeOff(),
          sampling.sharedNoise(),
          sampling.isRenewed() ? sampling.freshNoise() : null);
    }
  }

  /**
   * A shot.
   *
   * @param chunks first latent frame and number of them
   */
  record ShotEntry(
      String id,
      @JsonUnwrapped InputsEntry inputs,
      int frameCount,
      int filmFirstFrame,
      int latentFrameCount,
      int noiseVersion,
      String exchangeType,
      String key,
      String latentsSha256,
      List<List<Integer>> chunks,
      List<SegmentEntry> segments,
      String clip,
      String clipSha256,
      List<Double> seamRatios,
      List<Double> stepRatios,
      List<ManifestSeams.BoundaryEntry> boundaries,
      double motion,
      String transitionAfter) {

    private static ShotEntry of(ShotFootage footage, ShotClip result, Transition after) {
      ShotPlan plan = footage.plan();
      return new ShotEntry(
          plan.shot().id(),
          InputsEntry.of(plan.inputs()),
          plan.frameCount(),
          plan.filmFirstFrame(),
          plan.latentFrameCount(),
          plan.identity().noiseVersion(),
          plan.identity().exchangeType(),
          plan.key().hex(),
          footage.latentsDigest().hex(),
          plan.chunks().chunks().stream()
              .map(it -> List.of(it.firstLatentFrame(), it.latentFrameCount()))
              .toList(),
          plan.segments().segments().stream().map(it -> segment(footage, it)).toList(),
          result.clip(),
          result.clipDigest().hex(),
          result.seams().seamRatios().stream().map(ManifestSeams::rounded).toList(),
          result.seams().stepRatios().stream().map(ManifestSeams::rounded).toList(),
          result.seams().boundaries().stream().map(ManifestSeams.BoundaryEntry::of).toList(),
          ManifestSeams.rounded(result.seams().motion()),
          after.note());
    }

    private static SegmentEntry segment(ShotFootage footage, Segment segment) {
      String digest = footage.segments().get(segment.index()).hex();
      return new SegmentEntry(segment.firstFrame(), segment.frameCount(), digest);
    }
  }

  static String write(
      StoryPlan plan,
      List<ShotFootage> footage,
      List<ShotClip> results,
      Digest film,
      String codec) {
    List<ShotEntry> shots = new ArrayList<>();
    for (int i = 0; i < footage.size(); i++) {
      shots.add(ShotEntry.of(footage.get(i), results.get(i), plan.transitionAfter(i)));
    }
    return write(
        new Manifest(
            FORMAT,
            StoryEntry.of(plan.story()),
            ModelEntry.of(plan.model()),
            plan.engineClass(),
            FilmEntry.of(plan, film, codec),
            ManifestSeams.of(results),
            PictureEntry.of(plan.story().world()),
            shots));
  }

  private static String write(Manifest manifest) {
    try {
      return JSON.writeValueAsString(manifest) + "\n";
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("records of texts and numbers have a JSON form", e);
    }
  }
}

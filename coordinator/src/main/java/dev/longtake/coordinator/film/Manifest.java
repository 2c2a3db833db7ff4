package dev.longtake.coordinator.film;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import dev.longtake.coordinator.film.FilmAssembler.ShotResult;
import dev.longtake.coordinator.film.SeamMeter.SeamReport;
import dev.longtake.digest.Digest;
import dev.longtake.plan.Chunk;
import dev.longtake.plan.Prompt;
import dev.longtake.plan.Sampling;
import dev.longtake.plan.Segment;
import dev.longtake.plan.ShotInputs;
import dev.longtake.plan.ShotPlan;
import dev.longtake.plan.StoryPlan;
import dev.longtake.story.Picture;
import dev.longtake.story.Reference;
import dev.longtake.story.Transition;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/**
 * Everything that decided a film, and what came of it, as JSON. Holds no time and no story id: two
 * renderings of one story have one manifest.
 */
final class Manifest {

  private static final int FORMAT = 1;
  private static final ObjectMapper JSON =
      new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);

  private Manifest() {}

  static String write(
      StoryPlan plan, List<ShotFootage> footage, List<ShotResult> results, Digest film) {
    Map<String, Object> root = new LinkedHashMap<>();
    root.put("format", FORMAT);
    root.put("story", story(plan));
    root.put("model", model(plan));
    root.put("engineClass", plan.engineClass());
    root.put("film", film(plan, film));
    root.put("seams", seams(results));
    root.put("pictures", pictures(plan));
    List<Object> shots = new ArrayList<>();
    for (int i = 0; i < footage.size(); i++) {
      shots.add(shot(footage.get(i), results.get(i), plan.transitionAfter(i)));
    }
    root.put("shots", shots);
    try {
      return JSON.writeValueAsString(root) + "\n";
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("maps and numbers have a JSON form", e);
    }
  }

  private static Map<String, Object> story(StoryPlan plan) {
    Map<String, Object> story = new LinkedHashMap<>();
    story.put("name", plan.story().name());
    story.put("world", plan.story().world().name());
    story.put("width", plan.story().size().width());
    story.put("height", plan.story().size().height());
    story.put("frameRateHz", plan.story().frameRateHz());
    story.put("seed", plan.story().seed());
    return story;
  }

  private static Map<String, Object> model(StoryPlan plan) {
    Map<String, Object> model = new LinkedHashMap<>();
    model.put("name", plan.model().identity().name());
    model.put("version", plan.model().identity().version());
    model.put("digest", plan.model().identity().digest().hex());
    model.put("chunkLatentFrameCount", plan.model().chunkPolicy().latentFrameCount());
    model.put("chunkOverlap", plan.model().chunkPolicy().overlap());
    model.put("segmentLatentFrameCount", plan.model().segmentPolicy().latentFrameCount());
    model.put("segmentHalo", plan.model().segmentPolicy().halo());
    return model;
  }

  private static Map<String, Object> film(StoryPlan plan, Digest film) {
    Map<String, Object> out = new LinkedHashMap<>();
    out.put("file", FilmAssembler.FILM);
    out.put("sha256", film.hex());
    out.put("frameCount", plan.frameCount());
    out.put("seconds", plan.filmSeconds());
    out.put("codec", FilmAssembler.CODEC.word());
    return out;
  }

  private static Map<String, Object> seams(List<ShotResult> results) {
    List<Double> ratios = sorted(results, SeamReport::seamRatios);
    Map<String, Object> out = new LinkedHashMap<>();
    out.put("measured", ratios.size());
    SeamMeter.median(ratios).ifPresent(median -> out.put("medianRatio", rounded(median)));
    if (!ratios.isEmpty()) {
      out.put("p95Ratio", rounded(ratios.get((int) Math.ceil(0.95 * ratios.size()) - 1)));
      out.put("maxRatio", rounded(ratios.getLast()));
    }
    SeamMeter.median(sorted(results, SeamReport::stepRatios))
        .ifPresent(median -> out.put("medianStepRatio", rounded(median)));
    return out;
  }

  private static List<Double> sorted(
      List<ShotResult> results, Function<SeamReport, List<Double>> ratios) {
    return results.stream()
        .flatMap(result -> ratios.apply(result.seams()).stream())
        .sorted()
        .toList();
  }

  private static List<Object> pictures(StoryPlan plan) {
    List<Object> out = new ArrayList<>();
    plan.story().world().references().forEach(reference -> add(out, reference));
    return out;
  }

  private static void add(List<Object> out, Reference reference) {
    for (Picture picture : reference.pictures()) {
      Map<String, Object> entry = new LinkedHashMap<>();
      entry.put("reference", reference.id());
      entry.put("file", picture.fileName());
      entry.put("sha256", picture.digest().hex());
      out.add(entry);
    }
  }

  private static Map<String, Object> shot(
      ShotFootage footage, ShotResult result, Transition after) {
    ShotPlan plan = footage.plan();
    Map<String, Object> out = new LinkedHashMap<>();
    out.put("id", plan.shot().id());
    putInputs(out, plan.inputs());
    out.put("frameCount", plan.frameCount());
    out.put("filmFirstFrame", plan.filmFirstFrame());
    out.put("latentFrameCount", plan.latentFrameCount());
    out.put("noiseVersion", plan.identity().noiseVersion());
    out.put("exchangeType", plan.identity().exchangeType());
    out.put("key", plan.key().hex());
    out.put("latentsSha256", footage.latentsDigest().hex());
    out.put("chunks", plan.chunks().chunks().stream().map(Manifest::chunk).toList());
    out.put("segments", segments(footage));
    out.put("clip", result.clip());
    out.put("clipSha256", result.clipDigest().hex());
    out.put("seamRatios", result.seams().seamRatios().stream().map(Manifest::rounded).toList());
    out.put("stepRatios", result.seams().stepRatios().stream().map(Manifest::rounded).toList());
    out.put("motion", rounded(result.seams().motion()));
    out.put("transitionAfter", after.note());
    return out;
  }

  private static void putInputs(Map<String, Object> out, ShotInputs inputs) {
    Prompt prompt = inputs.prompt();
    out.put("prompt", prompt.text());
    out.put("negativePrompt", prompt.negativeText());
    out.put("seed", inputs.seed());
    out.put("references", prompt.references().stream().map(it -> it.digest().hex()).toList());
    Sampling sampling = inputs.sampling();
    out.put("stepCount", sampling.stepCount());
    out.put("guidanceScale", sampling.guidanceScale());
    out.put("shift", sampling.shift());
    out.put("solver", sampling.solver().word());
    out.put("exchange", !inputs.exchangeOff());
    out.put("sharedNoise", sampling.sharedNoise());
  }

  private static List<Integer> chunk(Chunk chunk) {
    return List.of(chunk.firstLatentFrame(), chunk.latentFrameCount());
  }

  private static List<Object> segments(ShotFootage footage) {
    List<Object> out = new ArrayList<>();
    for (Segment segment : footage.plan().segments().segments()) {
      Map<String, Object> entry = new LinkedHashMap<>();
      entry.put("firstFrame", segment.firstFrame());
      entry.put("frameCount", segment.frameCount());
      entry.put("sha256", footage.segments().get(segment.index()).hex());
      out.add(entry);
    }
    return out;
  }

  private static double rounded(double value) {
    return Math.rint(value * 10_000) / 10_000;
  }
}

package dev.longtake.ops.progress;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.longtake.digest.Digest;
import dev.longtake.story.status.FilmFile;
import dev.longtake.story.status.ShotCounts;
import dev.longtake.story.status.ShotStatus;
import dev.longtake.story.status.StoryStatus;
import dev.longtake.story.status.StorySummary;
import java.util.LinkedHashMap;
import java.util.Map;

/** What {@code --json} prints: one object a line. Fields are only ever added. */
public final class StatusJson {

  private static final ObjectMapper JSON = new ObjectMapper();

  private StatusJson() {}

  public static String line(Map<String, ?> value) {
    try {
      return JSON.writeValueAsString(value);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("maps and numbers have a JSON form", e);
    }
  }

  /** A line of a list: as the status begins, and counts in place of shots and files. */
  public static Map<String, Object> of(StorySummary story) {
    Map<String, Object> out = new LinkedHashMap<>();
    out.put("storyId", story.storyId());
    out.put("name", story.name());
    out.put("state", story.state().name());
    out.put("submitTime", story.submitTime().toString());
    story.ending().ifPresent(ending -> out.put("endTime", ending.at().toString()));
    story.failure().ifPresent(failure -> out.put("failure", failure(failure)));
    out.put("frameCount", story.frameCount());
    out.put("shotCount", story.shots().total());
    out.put("shotsDone", story.shots().done());
    return out;
  }

  private static Map<String, String> failure(StoryStatus.Failure failure) {
    return Map.of("code", failure.code(), "message", failure.message());
  }

  public static Map<String, Object> of(StoryStatus status) {
    Map<String, Object> out = new LinkedHashMap<>();
    out.put("storyId", status.storyId());
    out.put("name", status.name());
    out.put("state", status.state().name());
    out.put("submitTime", status.submitTime().toString());
    status.ending().ifPresent(ending -> out.put("endTime", ending.at().toString()));
    status.failure().ifPresent(failure -> out.put("failure", failure(failure)));
    out.put("frameCount", status.film().frameCount());
    out.put("workerCount", status.renderers().workerCount());
    out.put("engineClass", status.renderers().engineClass());
    out.put("assembling", status.film().assembling());
    out.put("shots", status.shots().stream().map(StatusJson::shot).toList());
    out.put("files", status.film().files().stream().map(StatusJson::file).toList());
    return out;
  }

  private static Map<String, Object> shot(ShotStatus shot) {
    Map<String, Object> out = new LinkedHashMap<>();
    out.put("shotId", shot.shotId());
    out.put("state", shot.state().name());
    ShotCounts counts = shot.counts();
    out.put("chunkCount", counts.chunks().total());
    out.put("chunksDone", counts.chunks().done());
    out.put("stepCount", counts.steps().total());
    out.put("stepsDone", counts.steps().done());
    out.put("segmentCount", counts.segments().total());
    out.put("segmentsDone", counts.segments().done());
    out.put("frameCount", shot.frameCount());
    shot.latentsDigest().map(Digest::hex).ifPresent(hex -> out.put("latentsSha256", hex));
    out.put("reused", shot.reused());
    out.put("stepsKept", counts.stepsKept());
    return out;
  }

  private static Map<String, Object> file(FilmFile file) {
    Map<String, Object> out = new LinkedHashMap<>();
    out.put("name", file.name());
    out.put("sha256", file.digest().hex());
    out.put("sizeBytes", file.sizeBytes());
    return out;
  }
}

package dev.longtake.story;

import static dev.longtake.error.Require.require;
import static java.util.Objects.requireNonNull;

import java.util.List;

/**
 * One continuous take.
 *
 * @param scene id of the scene it happens in; empty for none
 * @param cast ids of the characters that appear
 * @param props ids of the props that appear
 * @param styles ids of the styles whose words are added to the prompt
 * @param text what is said about it
 * @param frameCount frames of the shot, those that a transition shares included
 * @param seed of its noise
 */
public record Shot(
    String id,
    String scene,
    List<String> cast,
    List<String> props,
    List<String> styles,
    ShotText text,
    int frameCount,
    Camera camera,
    long seed) {

  public Shot {
    StoryLimits.requireId(id);
    if (!scene.isEmpty()) {
      StoryLimits.requireId(scene);
    }
    cast = ids("cast", id, cast);
    props = ids("props", id, props);
    styles = ids("styles", id, styles);
    requireNonNull(text, "text");
    require(frameCount > 0, "frameCount of shot %s is not positive: %d", id, frameCount);
    requireNonNull(camera, "camera");
  }

  /** What is to be seen, in words. */
  public String prompt() {
    return text.prompt();
  }

  private static List<String> ids(String field, String shot, List<String> ids) {
    require(
        ids.size() <= StoryLimits.REFERENCES_PER_SHOT_MAX,
        "shot %s lists %d %s, at most %d are allowed",
        shot,
        ids.size(),
        field,
        StoryLimits.REFERENCES_PER_SHOT_MAX);
    ids.forEach(StoryLimits::requireId);
    require(ids.stream().distinct().count() == ids.size(), "shot %s lists %s twice", shot, field);
    return List.copyOf(ids);
  }
}

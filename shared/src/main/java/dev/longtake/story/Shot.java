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
 * @param frameCount frames of the shot, those that a transition shares included
 * @param seed of its noise
 */
public record Shot(
    String id,
    String scene,
    List<String> cast,
    List<String> props,
    List<String> styles,
    String prompt,
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
    require(!prompt.isBlank(), "shot %s has no prompt", id);
    require(
        prompt.length() <= StoryLimits.TEXT_LENGTH_MAX,
        "prompt of shot %s has %d characters, at most %d are allowed",
        id,
        prompt.length(),
        StoryLimits.TEXT_LENGTH_MAX);
    require(frameCount > 0, "frameCount of shot %s is not positive: %d", id, frameCount);
    requireNonNull(camera, "camera");
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

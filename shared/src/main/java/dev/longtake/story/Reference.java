package dev.longtake.story;

import static dev.longtake.error.Require.require;
import static java.util.Objects.requireNonNull;

import java.util.List;

/**
 * A name that pictures and words are tied to: a character, a prop, a scene or a style.
 *
 * @param id unique among references of its kind, see {@link StoryLimits#ID}
 */
public record Reference(String id, String description, List<Picture> pictures) {

  public Reference {
    StoryLimits.requireId(id);
    requireNonNull(description, "description");
    require(
        description.length() <= StoryLimits.TEXT_LENGTH_MAX,
        "description of %s is longer than %d characters",
        id,
        StoryLimits.TEXT_LENGTH_MAX);
    pictures = List.copyOf(pictures);
    require(
        pictures.size() <= StoryLimits.PICTURES_PER_REFERENCE_MAX,
        "%s has %d pictures, at most %d are allowed",
        id,
        pictures.size(),
        StoryLimits.PICTURES_PER_REFERENCE_MAX);
  }
}

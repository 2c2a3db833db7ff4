package dev.longtake.story.yaml;

import static java.util.Objects.requireNonNull;

import dev.longtake.digest.Digest;
import dev.longtake.story.Story;
import java.util.List;
import java.util.Map;

/**
 * A story read from its files.
 *
 * @param pictures the bytes of every picture that the world names, by digest
 * @param warnings sentences about what is allowed but probably not meant
 */
public record LoadedStory(Story story, Map<Digest, byte[]> pictures, List<String> warnings) {

  public LoadedStory {
    requireNonNull(story, "story");
    pictures = Map.copyOf(pictures);
    warnings = List.copyOf(warnings);
  }
}

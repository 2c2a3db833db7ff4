package dev.longtake.story;

import static dev.longtake.error.Require.require;

import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/** A named package of references that stories share. Ids are unique within each kind. */
public record World(
    String name,
    List<Reference> characters,
    List<Reference> props,
    List<Reference> scenes,
    List<Reference> styles) {

  public World {
    StoryLimits.requireName(name);
    characters = unique("character", characters);
    props = unique("prop", props);
    scenes = unique("scene", scenes);
    styles = unique("style", styles);
  }

  /** The character with this id. */
  public Optional<Reference> character(String id) {
    return find(characters, id);
  }

  /** The prop with this id. */
  public Optional<Reference> prop(String id) {
    return find(props, id);
  }

  /** The scene with this id. */
  public Optional<Reference> scene(String id) {
    return find(scenes, id);
  }

  /** The style with this id. */
  public Optional<Reference> style(String id) {
    return find(styles, id);
  }

  /** Every reference: characters, props, scenes, styles. */
  public Stream<Reference> references() {
    return Stream.of(characters, props, scenes, styles).flatMap(List::stream);
  }

  private static Optional<Reference> find(List<Reference> references, String id) {
    return references.stream().filter(reference -> reference.id().equals(id)).findFirst();
  }

  private static List<Reference> unique(String kind, List<Reference> references) {
    require(
        references.size() <= StoryLimits.REFERENCES_PER_KIND_MAX,
        "%d references of kind %s, at most %d are allowed",
        references.size(),
        kind,
        StoryLimits.REFERENCES_PER_KIND_MAX);
    Set<String> ids = new HashSet<>();
    for (Reference reference : references) {
      require(ids.add(reference.id()), "%s %s is listed twice", kind, reference.id());
    }
    return List.copyOf(references);
  }
}

package dev.longtake.story.yaml;

import dev.longtake.story.Camera;
import dev.longtake.story.FrameRate;
import dev.longtake.story.Reference;
import dev.longtake.story.Shot;
import dev.longtake.story.ShotSeeds;
import dev.longtake.story.ShotText;
import dev.longtake.story.StoryLimits;
import dev.longtake.story.Transition;
import dev.longtake.story.World;
import dev.longtake.words.DurationText;
import dev.longtake.words.Suggestion;
import dev.longtake.words.Word;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import org.snakeyaml.engine.v2.nodes.Node;

/** Reads the list under {@code shots}: shots, and how one passes to the next between them. */
final class ShotsReader {

  private static final List<String> SHOT_KEYS =
      List.of(
          "id",
          "scene",
          "cast",
          "props",
          "styles",
          "prompt",
          PromptReader.NEGATIVE,
          "duration",
          "camera",
          "seed");

  private final YamlNodes nodes;
  private final FrameRate frameRate;
  private final DurationReader durations;
  private final TransitionReader transitionReader;
  private final PromptReader prompts;
  private final Optional<String> storyNegativePrompt;
  private final long storySeed;
  private final Optional<World> world;
  private final List<Shot> shots = new ArrayList<>();
  private final List<Transition> transitions = new ArrayList<>();

  /** Where shots and transitions stand, also those that could not be read. */
  private final List<Node> shotNodes = new ArrayList<>();

  private final List<Optional<Shot>> readShots = new ArrayList<>();
  private final List<Node> transitionNodes = new ArrayList<>();
  private final List<YamlNodes.Located> ids = new ArrayList<>();
  private Optional<Pending> pending = Optional.empty();

  /** A transition whose next shot has not come yet. */
  private record Pending(Node node, Transition transition) {}

  /**
   * A reader; without a world it does not check the ids of references.
   *
   * @param storyNegativePrompt of shots without one of their own
   */
  ShotsReader(
      YamlNodes nodes,
      FrameRate frameRate,
      long storySeed,
      Optional<String> storyNegativePrompt,
      Optional<World> world) {
    this.nodes = nodes;
    this.frameRate = frameRate;
    this.durations = new DurationReader(nodes, frameRate);
    this.transitionReader = new TransitionReader(nodes, durations);
    this.prompts = new PromptReader(nodes);
    this.storyNegativePrompt = storyNegativePrompt;
    this.storySeed = storySeed;
    this.world = world;
  }

  List<Shot> shots() {
    return shots;
  }

  List<Transition> transitions() {
    return transitions;
  }

  /** Whether any duration was no whole number of frames. */
  boolean rounded() {
    return durations.rounded();
  }

  void read(Node list) {
    int entriesMax = 2 * StoryLimits.SHOTS_MAX - 1;
    for (Node entry : nodes.list(list, "shots", entriesMax)) {
      if (TransitionReader.isMeant(entry, SHOT_KEYS)) {
        readTransition(entry);
      } else {
        readShotEntry(entry);
      }
    }
    pending.ifPresent(
        it ->
            nodes.problem(
                it.node(), "shots: expected a shot after the last transition, found none"));
    if (shotNodes.isEmpty()) {
      nodes.problem(list, "shots: expected at least one shot, found none");
    }
    if (shotNodes.size() > StoryLimits.SHOTS_MAX) {
      nodes.problem(
          list,
          "shots: expected at most %d, found %d"
              .formatted(StoryLimits.SHOTS_MAX, shotNodes.size()));
    }
    checkTransitionsFit();
    checkTotal(list);
  }

  private void readShotEntry(Node entry) {
    if (!shotNodes.isEmpty()) {
      transitions.add(pending.map(Pending::transition).orElse(new Transition.Cut()));
      transitionNodes.add(pending.map(Pending::node).orElse(entry));
    }
    pending = Optional.empty();
    Optional<Shot> shot = nodes.map(entry, "shot", SHOT_KEYS).flatMap(this::shot);
    shotNodes.add(entry);
    readShots.add(shot);
    shot.ifPresent(shots::add);
  }

  private void readTransition(Node entry) {
    if (shotNodes.isEmpty()) {
      nodes.problem(entry, "shots: expected a shot first, found a transition");
      return;
    }
    if (pending.isPresent()) {
      nodes.problem(entry, "shots: expected a shot, found a second transition in a row");
      return;
    }
    // A transition that cannot be read still separates two shots.
    Transition transition = transitionReader.read(entry).orElse(new Transition.Cut());
    pending = Optional.of(new Pending(entry, transition));
  }

  private Optional<Shot> shot(YamlMap map) {
    Optional<String> id = map.required("id", "a-name").flatMap(node -> nodes.id(node, "id"));
    id.ifPresent(it -> checkUnique(it, map.node()));
    String scene =
        map.get("scene")
            .flatMap(node -> nodes.id(node, "scene").map(it -> new YamlNodes.Located(it, node)))
            .map(it -> known(it, "scene", world.map(World::scenes)))
            .orElse("");
    List<String> cast = known(map, "cast", "character", world.map(World::characters));
    List<String> props = known(map, "props", "prop", world.map(World::props));
    List<String> styles = known(map, "styles", "style", world.map(World::styles));
    Optional<String> prompt = map.required("prompt", "what is to be seen").flatMap(prompts::prompt);
    Optional<String> negativePrompt = prompts.negative(map).or(() -> storyNegativePrompt);
    Optional<Integer> frameCount =
        map.required("duration", "6s")
            .flatMap(node -> durations.frames(node, "duration", StoryLimits.SHOT_DURATION_MAX));
    Optional<Camera> camera =
        map.get("camera").map(this::camera).orElse(Optional.of(Camera.STATIC));
    Optional<Long> seed = map.get("seed").flatMap(new StoryNumbers(nodes)::seed);
    if (id.isEmpty() || prompt.isEmpty() || frameCount.isEmpty() || camera.isEmpty()) {
      return Optional.empty();
    }
    return Optional.of(
        new Shot(
            id.get(),
            scene,
            cast,
            props,
            styles,
            new ShotText(prompt.get(), negativePrompt),
            frameCount.get(),
            camera.get(),
            seed.orElseGet(() -> ShotSeeds.derive(storySeed, id.get()))));
  }

  private void checkUnique(String id, Node shot) {
    for (YamlNodes.Located other : ids) {
      if (other.id().equals(id)) {
        nodes.problem(
            shot,
            "id: expected the shot id %s once, found it again (first in line %d)"
                .formatted(id, other.node().getStartMark().map(at -> at.getLine() + 1).orElse(0)));
        return;
      }
    }
    ids.add(new YamlNodes.Located(id, shot));
  }

  private List<String> known(
      YamlMap shot, String key, String kind, Optional<List<Reference>> references) {
    return shot.get(key).map(node -> nodes.ids(node, key)).orElse(List.of()).stream()
        .map(it -> known(it, kind, references))
        .toList();
  }

  /** The id, after a problem if the world does not have it. */
  private String known(
      YamlNodes.Located located, String kind, Optional<List<Reference>> references) {
    if (references.isPresent()) {
      Collection<String> known = references.get().stream().map(Reference::id).toList();
      if (!known.contains(located.id())) {
        nodes.problem(
            located.node(),
            known.isEmpty()
                ? "%s: the world has none, found %s".formatted(kind, located.id())
                : "%s: expected one that the world has (%s), found %s%s"
                    .formatted(
                        kind,
                        Suggestion.listing(known),
                        located.id(),
                        Suggestion.ending(located.id(), known)));
      }
    }
    return located.id();
  }

  private Optional<Camera> camera(Node node) {
    Optional<String> word = nodes.text(node, "camera", StoryLimits.NAME_LENGTH_MAX);
    Optional<Camera> camera = word.flatMap(it -> Word.read(Camera.class, it));
    if (word.isPresent() && camera.isEmpty()) {
      List<String> words = Word.all(Camera.class);
      nodes.problem(
          node,
          "camera: expected one of %s, found %s%s"
              .formatted(
                  String.join(", ", words),
                  YamlNodes.found(node),
                  Suggestion.ending(word.get(), words)));
    }
    return camera;
  }

  /** Every shot is seen by itself for at least one frame. */
  private void checkTransitionsFit() {
    for (int i = 0; i < readShots.size(); i++) {
      if (readShots.get(i).isEmpty()) {
        continue;
      }
      int before = i == 0 ? 0 : transitions.get(i - 1).framesOfNext();
      int after = i == transitions.size() ? 0 : transitions.get(i).framesOfPrevious();
      Shot shot = readShots.get(i).get();
      if (before + after >= shot.frameCount()) {
        nodes.problem(
            after > 0 ? transitionNodes.get(i) : transitionNodes.get(i - 1),
            "transition: expected less than the %d frames of shot %s, found %d"
                .formatted(shot.frameCount(), shot.id(), before + after));
      }
    }
  }

  private void checkTotal(Node list) {
    long frameCount = shots.stream().mapToLong(Shot::frameCount).sum();
    if (frameCount > frameRate.frames(StoryLimits.STORY_DURATION_MAX)) {
      nodes.problem(
          list,
          "shots: expected at most %s in all, found %s"
              .formatted(
                  DurationText.format(StoryLimits.STORY_DURATION_MAX),
                  DurationText.format(Duration.ofSeconds((long) frameRate.seconds(frameCount)))));
    }
  }
}

package dev.longtake.story;

import static dev.longtake.error.Require.require;
import static java.util.Objects.requireNonNull;

import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * What a user submits: a world, shots, and how one shot passes to the next.
 *
 * @param size of the film; what the model renders may be larger and is cropped to it
 * @param seed all 64 bits, see {@link Seed}; from which shots without one of their own derive
 *     theirs, see {@link ShotSeeds}
 * @param transitions how shot i passes to shot i + 1: one fewer than there are shots
 */
public record Story(
    String name,
    World world,
    FrameSize size,
    FrameRate frameRate,
    long seed,
    List<Shot> shots,
    List<Transition> transitions,
    RenderSettings settings) {

  public Story {
    StoryLimits.requireName(name);
    requireNonNull(world, "world");
    requireSide("width", size.width());
    requireSide("height", size.height());
    requireNonNull(frameRate, "frameRate");
    FilmLimits.fault(size, frameRate)
        .ifPresent(
            fault -> {
              throw new IllegalArgumentException("size: " + fault);
            });
    shots = List.copyOf(shots);
    transitions = List.copyOf(transitions);
    requireNonNull(settings, "settings");
    require(
        !shots.isEmpty() && shots.size() <= StoryLimits.SHOTS_MAX,
        "expected 1 to %d shots, found %d",
        StoryLimits.SHOTS_MAX,
        shots.size());
    require(
        transitions.size() == shots.size() - 1,
        "expected %d transitions between %d shots, found %d",
        shots.size() - 1,
        shots.size(),
        transitions.size());
    requireShots(world, shots, frameRate);
    requireTransitionsFit(shots, transitions);
  }

  private static void requireSide(String name, int side) {
    require(
        side >= StoryLimits.FRAME_SIDE_MIN
            && side <= StoryLimits.FRAME_SIDE_MAX
            && side % StoryLimits.FRAME_SIDE_STEP == 0,
        "%s: expected an even number from %d to %d, found %d",
        name,
        StoryLimits.FRAME_SIDE_MIN,
        StoryLimits.FRAME_SIDE_MAX,
        side);
  }

  private static void requireShots(World world, List<Shot> shots, FrameRate frameRate) {
    Set<String> ids = new HashSet<>();
    long frameCount = 0;
    for (Shot shot : shots) {
      require(ids.add(shot.id()), "shot %s is listed twice", shot.id());
      require(
          shot.frameCount() <= frameRate.frames(StoryLimits.SHOT_DURATION_MAX),
          "shot %s has %d frames, at most %s is allowed",
          shot.id(),
          shot.frameCount(),
          StoryLimits.SHOT_DURATION_MAX);
      frameCount += shot.frameCount();
      require(
          shot.scene().isEmpty() || world.scene(shot.scene()).isPresent(),
          "shot %s: the world has no scene %s",
          shot.id(),
          shot.scene());
      shot.cast()
          .forEach(
              id ->
                  require(
                      world.character(id).isPresent(),
                      "shot %s: the world has no character %s",
                      shot.id(),
                      id));
      shot.props()
          .forEach(
              id ->
                  require(
                      world.prop(id).isPresent(),
                      "shot %s: the world has no prop %s",
                      shot.id(),
                      id));
      shot.styles()
          .forEach(
              id ->
                  require(
                      world.style(id).isPresent(),
                      "shot %s: the world has no style %s",
                      shot.id(),
                      id));
    }
    require(
        frameCount <= frameRate.frames(StoryLimits.STORY_DURATION_MAX),
        "the story has %d frames, at most %s is allowed",
        frameCount,
        StoryLimits.STORY_DURATION_MAX);
  }

  /** At most two shots are seen at once, and every shot is seen by itself for a frame. */
  private static void requireTransitionsFit(List<Shot> shots, List<Transition> transitions) {
    for (int i = 0; i < shots.size(); i++) {
      int before = i == 0 ? 0 : transitions.get(i - 1).framesOfNext();
      int after = i == transitions.size() ? 0 : transitions.get(i).framesOfPrevious();
      require(
          before + after < shots.get(i).frameCount(),
          "shot %s has %d frames, too few for transitions of %d and %d frames",
          shots.get(i).id(),
          shots.get(i).frameCount(),
          before,
          after);
    }
  }

  /** Frames of the film: of all shots, less those that dissolves share. */
  public int frameCount() {
    return shots.stream().mapToInt(Shot::frameCount).sum()
        - transitions.stream().mapToInt(Transition::framesShared).sum();
  }

  /** The same story with these settings. */
  public Story withSettings(RenderSettings changed) {
    return new Story(name, world, size, frameRate, seed, shots, transitions, changed);
  }
}

package dev.longtake.loadtest.methods;

import dev.longtake.frames.FrameRun;
import dev.longtake.loadtest.methods.figures.Outcome;
import dev.longtake.loadtest.methods.figures.Outcome.Group;
import dev.longtake.picture.Pixels;
import dev.longtake.plan.Chunk;
import dev.longtake.story.ShotSeeds;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The farm's way, and what others do. */
final class Rivals {

  /** What a farm does: chunks side by side, fused on their overlaps at every step. */
  static final Method OURS =
      new Method(
          Outcome.OURS,
          Group.OURS,
          "chunks side by side, fused on their overlaps at every step; noise that frames share",
          take -> take.footage(take.run(ours(take))));

  static final List<Method> ALL =
      List.of(
          OURS,
          new Method(
              "independent",
              Group.RIVAL,
              "every chunk by itself, from noise of its own",
              take -> independent(take, true)),
          new Method(
              "independent-same-noise",
              Group.RIVAL,
              "every chunk by itself, from the noise that ours starts with",
              take -> independent(take, false)),
          new Method(
              "last-frame",
              Group.RIVAL,
              "one chunk after the other, each from the last frame of the one before, decoded and"
                  + " encoded again",
              Rivals::lastFrame),
          new Method(
              "continuation",
              Group.RIVAL,
              "one chunk after the other, the overlap's latents of the one before held fixed",
              Rivals::continuation),
          new Method(
              "sliding",
              Group.RIVAL,
              "windows averaged where they overlap, at every step; every frame from noise of its"
                  + " own",
              take ->
                  take.footage(
                      take.run(Recipe.of(Schedules.averaged(take.chunks()), take.noise(0))))),
          new Method(
              "random-cut",
              Group.RIVAL,
              "overlaps cut at a place drawn anew at every step",
              take ->
                  take.footage(
                      take.run(
                          Recipe.of(
                              Schedules.randomCuts(take.chunks(), take.seed()), take.noise())))),
          new Method(
              "shifting",
              Group.RIVAL,
              "windows without overlap that lie elsewhere at every step, of which there are more",
              Rivals::shifting));

  private Rivals() {}

  /** How a farm denoises a shot. */
  static Recipe ours(Take take) {
    return Recipe.of(Schedules.chunks(take.chunks()), take.noise());
  }

  private static Footage independent(Take take, boolean ownNoise) {
    float[] shot = new float[take.model().shape().size()];
    int size = take.model().shape().frameSize();
    for (Chunk chunk : take.chunks().chunks()) {
      Window window =
          Schedules.window(chunk.index(), chunk.firstLatentFrame(), chunk.endLatentFrame());
      long seed = ownNoise ? ShotSeeds.derive(take.seed(), "chunk-" + chunk.index()) : take.seed();
      float[] made =
          take.run(
              Recipe.of(
                  Schedules.constant(List.of(window)), new StartNoise(seed, take.noise().share())));
      // Of an overlap each side keeps the half that is nearer to it, as the farm joins chunks.
      int first = chunk.firstLatentFrame() + (chunk.overlapLeft() + 1) / 2;
      System.arraycopy(
          made, first * size, shot, first * size, (chunk.endLatentFrame() - first) * size);
    }
    return take.footage(shot);
  }

  /** Each chunk begins with what the one before ended with; the farm's chunks and overlaps. */
  private static Footage continuation(Take take) {
    float[] shot = new float[take.model().shape().size()];
    int size = take.model().shape().frameSize();
    for (Chunk chunk : take.chunks().chunks()) {
      Map<Integer, float[]> held = new HashMap<>();
      for (int i = 0; i < chunk.overlapLeft(); i++) {
        held.put(chunk.firstLatentFrame() + i, take.frame(shot, chunk.firstLatentFrame() + i));
      }
      Window window =
          Schedules.window(chunk.index(), chunk.firstLatentFrame(), chunk.endLatentFrame());
      float[] made =
          take.run(Recipe.of(Schedules.constant(List.of(window)), take.noise()).holding(held));
      int first = chunk.firstLatentFrame();
      System.arraycopy(made, first * size, shot, first * size, chunk.latentFrameCount() * size);
    }
    return take.footage(shot);
  }

  private static Footage shifting(Take take) {
    int steps = take.stepsFor(take.latentFrameCount());
    Schedule schedule =
        Schedules.shifted(take.latentFrameCount(), take.windowLength(), take.seed());
    return take.footage(
        WindowLoop.run(take.model(), take.sampler(steps), Recipe.of(schedule, take.noise())));
  }

  /**
   * Windows share one frame alone, so fewer of them are needed; what that saves goes into more
   * steps, so that as many latent frames go through the model as with ours.
   */
  private static Footage lastFrame(Take take) {
    int length = take.windowLength();
    int count = Math.max(1, Math.ceilDiv(take.latentFrameCount() - 1, length - 1));
    int steps = take.stepsFor(count * length);
    List<Pixels> frames = new ArrayList<>();
    List<Integer> boundaries = new ArrayList<>();
    Map<Integer, float[]> held = Map.of();
    for (int i = 0; i < count; i++) {
      int left = take.latentFrameCount() - i * (length - 1);
      FrameRun run = window(take, i, Math.min(length, left), steps, held);
      if (i > 0) {
        boundaries.add(frames.size());
      }
      frames.addAll(Take.pixels(run, i == 0 ? 0 : 1, run.count()));
      held = Map.of(0, take.model().encode(normalised(frames.getLast())));
    }
    return new Footage(
        frames.subList(0, take.frameCount()),
        boundaries,
        take.model().chunkSteps(),
        take.model().latentFrameSteps());
  }

  private static FrameRun window(
      Take take, int index, int length, int steps, Map<Integer, float[]> held) {
    long seed = ShotSeeds.derive(take.seed(), "chunk-" + index);
    Recipe recipe =
        Recipe.of(
                Schedules.constant(List.of(Schedules.window(index, 0, length))),
                new StartNoise(seed, take.noise().share()))
            .holding(held);
    float[] made = WindowLoop.run(take.model(), take.sampler(steps), recipe);
    int size = take.model().shape().frameSize();
    return take.model().decode(Arrays.copyOf(made, length * size));
  }

  /** {@code (3, height, width)} in [-1, 1]. */
  static float[] normalised(Pixels frame) {
    int area = frame.width() * frame.height();
    float[] values = new float[Pixels.COLORS * area];
    for (int i = 0; i < area; i++) {
      for (int color = 0; color < Pixels.COLORS; color++) {
        values[color * area + i] = (frame.rgb()[Pixels.COLORS * i + color] & 0xFF) / 127.5f - 1;
      }
    }
    return values;
  }
}

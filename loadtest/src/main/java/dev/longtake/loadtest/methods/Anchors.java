package dev.longtake.loadtest.methods;

import dev.longtake.frames.FrameRun;
import dev.longtake.loadtest.methods.figures.Outcome.Group;
import dev.longtake.picture.Pixels;
import dev.longtake.plan.Times;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/** What could hold the far ends of a long shot together, on top of the farm's way. */
final class Anchors {

  /** Down to this noise level a picture's large parts are still open. */
  private static final double HIGH_NOISE = 0.75;

  static final List<Method> ALL =
      List.of(
          new Method(
              "global-chunk",
              Group.ANCHOR,
              "ours, and while the noise is high one more chunk of frames spread over the shot,"
                  + " others at each step",
              take ->
                  scheduled(
                      take,
                      Schedules.withGlobal(take.chunks(), take.windowLength(), HIGH_NOISE, 1))),
          new Method(
              "alternating",
              Group.ANCHOR,
              "ours, but while the noise is high every second step in chunks of frames spread over"
                  + " the shot",
              take ->
                  scheduled(
                      take, Schedules.alternating(take.chunks(), take.windowLength(), HIGH_NOISE))),
          new Method(
              "keyframes",
              Group.ANCHOR,
              "frames far apart first, then those between them, each held where it is known",
              Anchors::keyframes),
          new Method(
              "own-picture",
              Group.ANCHOR,
              "ours, with a picture of the shot's first chunk, made before, as one more reference",
              Anchors::ownPicture),
          new Method(
              "statistics",
              Group.ANCHOR,
              "ours, with each channel's mean and deviation drawn to the whole shot's while the"
                  + " noise is high",
              take ->
                  take.footage(
                      take.run(
                          Rivals.ours(take)
                              .corrected(
                                  Corrections.statistics(
                                      take.windowLength(), HIGH_NOISE, 0.75f))))),
          fresh("fresh-noise-90", 0.9),
          fresh("fresh-noise-75", HIGH_NOISE),
          fresh("fresh-noise-50", 0.5),
          noise("noise-0", 0),
          noise("noise-25", 0.25),
          noise("noise-75", 0.75),
          noise("noise-100", 1));

  private Anchors() {}

  private static Method fresh(String word, double from) {
    return new Method(
        word,
        Group.ANCHOR,
        "ours with the setting fresh-noise: drawn anew at each step down to a noise level of %s"
            .formatted(from),
        take ->
            take.footage(WindowLoop.run(take.model(), take.freshSampler(from), Rivals.ours(take))));
  }

  private static Method noise(String word, double share) {
    return new Method(
        word,
        Group.ANCHOR,
        "ours, where %d %% of the noise is common to all frames".formatted(Math.round(100 * share)),
        take ->
            take.footage(take.run(Recipe.of(Schedules.chunks(take.chunks()), take.noise(share)))));
  }

  private static Footage scheduled(Take take, Schedule schedule) {
    return take.footage(take.run(Recipe.of(schedule, take.noise())));
  }

  /**
   * Frames {@code s} apart, then frames {@code s / (F - 1)} apart in windows of F that begin and
   * end with a known one, and so on down to neighbours. With windows of F this takes F / (F - 2) of
   * the frames at each step, at most: with F = 6 as much as chunks of 6 that share 2.
   */
  private static Footage keyframes(Take take) {
    int length = take.windowLength();
    int stride = 1;
    while (Math.ceilDiv(take.latentFrameCount(), stride) > length) {
      stride *= length - 1;
    }
    Map<Integer, float[]> known = new HashMap<>();
    float[] latents = new float[0];
    for (; stride > 0; stride = stride == 1 ? 0 : stride / (length - 1)) {
      List<Window> windows = between(take.latentFrameCount(), length, stride);
      latents = take.run(Recipe.of(Schedules.constant(windows), take.noise()).holding(known));
      for (Window window : windows) {
        for (int frame : window.frames()) {
          known.put(frame, take.frame(latents, frame));
        }
      }
    }
    List<Integer> boundaries =
        IntStream.iterate(length - 1, it -> it < take.latentFrameCount() - 1, it -> it + length - 1)
            .map(it -> Times.frameCount(it, take.temporalFactor()))
            .boxed()
            .toList();
    return take.footage(latents, boundaries);
  }

  private static List<Window> between(int frameCount, int length, int stride) {
    List<Window> windows = new ArrayList<>();
    int reach = (length - 1) * stride;
    for (int first = 0; first == 0 || first + stride < frameCount; first += reach) {
      List<Integer> frames = new ArrayList<>();
      for (int frame = first; frame <= first + reach && frame < frameCount; frame += stride) {
        frames.add(frame);
      }
      List<Integer> weights = Collections.nCopies(frames.size(), 1);
      windows.add(new Window(windows.size(), frames, weights));
    }
    return windows;
  }

  /** Where the model takes no further picture, this is ours. */
  private static Footage ownPicture(Take take) {
    ShotModel model = take.model();
    if (model.referenceCount() >= model.card().conditioning().referenceCountMax()) {
      return Rivals.OURS.how().make(take);
    }
    int end = Math.min(take.windowLength(), take.latentFrameCount());
    float[] first =
        take.run(Recipe.of(Schedules.constant(List.of(Schedules.window(0, 0, end))), take.noise()));
    FrameRun run = model.decode(Arrays.copyOf(first, end * model.shape().frameSize()));
    Pixels picture = Take.pixels(run, run.count() / 2, run.count() / 2 + 1).getFirst();
    try (ShotModel shown = model.withReference(model.encode(Rivals.normalised(picture)))) {
      float[] latents = take.with(shown).run(Rivals.ours(take));
      model.addCost(shown);
      return take.footage(latents);
    }
  }
}

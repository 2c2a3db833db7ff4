package dev.longtake.loadtest.methods;

import dev.longtake.latent.KeyedNoise;
import dev.longtake.plan.Boundary;
import dev.longtake.plan.Chunk;
import dev.longtake.plan.ChunkPlan;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;

/** The schedules that are compared. Pure. */
final class Schedules {

  /** Keys of chances, apart from those of noise. */
  private static final long CUT_SALT = 0x6375745F63757473L;

  private static final long SHIFT_SALT = 0x73686966745F7368L;

  private Schedules() {}

  /** The farm's: chunks whose weights ramp over each overlap, in whole numbers. */
  static Schedule chunks(ChunkPlan plan) {
    return constant(plan.chunks().stream().map(Schedules::ramped).toList());
  }

  /** The same windows at every step. */
  static Schedule constant(List<Window> windows) {
    return (step, sigma) -> windows;
  }

  /** One window, all of which counts. */
  static Window window(int id, int first, int end) {
    return new Window(id, range(first, end), Collections.nCopies(end - first, 1));
  }

  private static List<Integer> range(int first, int end) {
    return IntStream.range(first, end).boxed().toList();
  }

  private static Window ramped(Chunk chunk) {
    List<Integer> weights = new ArrayList<>();
    int count = chunk.latentFrameCount();
    int whole = Math.max(chunk.overlapLeft(), chunk.overlapRight()) + 1;
    for (int i = 0; i < count; i++) {
      int fromRight = count - 1 - i;
      weights.add(
          i < chunk.overlapLeft()
              ? i + 1
              : fromRight < chunk.overlapRight() ? fromRight + 1 : whole);
    }
    return new Window(
        chunk.index(), range(chunk.firstLatentFrame(), chunk.endLatentFrame()), weights);
  }

  /** Chunks whose velocities count alike where they overlap. */
  static Schedule averaged(ChunkPlan plan) {
    return constant(
        plan.chunks().stream()
            .map(it -> window(it.index(), it.firstLatentFrame(), it.endLatentFrame()))
            .toList());
  }

  /**
   * At each step each overlap is cut at a place drawn anew: what is before it is the left chunk's,
   * what is after it the right one's.
   *
   * @see <a href="https://arxiv.org/abs/2403.14773">Henschel et al., StreamingT2V, 2024</a>,
   *     section 4.3
   */
  static Schedule randomCuts(ChunkPlan plan, long seed) {
    return (step, sigma) -> {
      List<Window> windows = new ArrayList<>();
      for (Chunk chunk : plan.chunks()) {
        int first = chunk.index() == 0 ? 0 : cut(plan, chunk.index() - 1, seed, step);
        int end =
            chunk.overlapRight() == 0
                ? chunk.endLatentFrame()
                : cut(plan, chunk.index(), seed, step);
        windows.add(
            new Window(
                chunk.index(),
                range(chunk.firstLatentFrame(), chunk.endLatentFrame()),
                IntStream.range(chunk.firstLatentFrame(), chunk.endLatentFrame())
                    .map(frame -> frame >= first && frame < end ? 1 : 0)
                    .boxed()
                    .toList()));
      }
      return windows;
    };
  }

  /** The first latent frame that is the right chunk's. */
  private static int cut(ChunkPlan plan, int index, long seed, int step) {
    Boundary boundary = plan.boundaries().get(index);
    int places = boundary.overlap() + 1;
    return boundary.firstLatentFrame() + drawn(seed ^ CUT_SALT, step, index, places);
  }

  /** Windows without overlap that lie elsewhere at each step. */
  static Schedule shifted(int frameCount, int length, long seed) {
    return (step, sigma) -> {
      int offset = drawn(seed ^ SHIFT_SALT, step, 0, length);
      List<Window> windows = new ArrayList<>();
      for (int first = -offset; first < frameCount; first += length) {
        int from = Math.max(0, first);
        int end = Math.min(frameCount, first + length);
        if (from < end) {
          windows.add(window((first + length - 1) / length, from, end));
        }
      }
      return windows;
    };
  }

  /** A whole number from 0, evenly, as a function of its keys. */
  private static int drawn(long seed, int step, int index, int count) {
    float[] normal = new float[4];
    KeyedNoise.fill(normal, 0, 4, seed + 31L * index, step);
    // The angle of two normals is even over the circle.
    double angle = StrictMath.atan2(normal[0], normal[1]) / (2 * Math.PI) + 0.5;
    return Math.min(count - 1, (int) (angle * count));
  }

  /**
   * The farm's chunks, and while the noise is high one more chunk of frames spread over the whole
   * shot.
   *
   * @param length latent frames of that chunk
   * @param from the noise level down to which it takes part
   * @param share how much it counts beside the others together, at least 1
   */
  static Schedule withGlobal(ChunkPlan plan, int length, double from, int share) {
    Schedule chunks = chunks(plan);
    int frameCount = plan.latentFrameCount();
    int stride = Math.ceilDiv(frameCount, length);
    int whole = share * (plan.chunks().getFirst().overlapRight() + 1);
    return (step, sigma) -> {
      if (sigma < from || plan.chunks().size() < 2) {
        return chunks.at(step, sigma);
      }
      List<Window> windows = new ArrayList<>(chunks.at(step, sigma));
      // At each step other frames, so that all of them meet in time.
      List<Integer> frames = strided(frameCount, stride, step % stride);
      windows.add(
          new Window(plan.chunks().size(), frames, Collections.nCopies(frames.size(), whole)));
      return windows;
    };
  }

  /**
   * While the noise is high, every second step is taken in chunks of frames spread over the whole
   * shot, which together hold every frame once.
   *
   * @param length latent frames of such a chunk, at most
   * @param from the noise level down to which that is so
   */
  static Schedule alternating(ChunkPlan plan, int length, double from) {
    Schedule chunks = chunks(plan);
    int frameCount = plan.latentFrameCount();
    int stride = Math.ceilDiv(frameCount, length);
    List<Window> global =
        IntStream.range(0, stride)
            .mapToObj(
                offset -> {
                  List<Integer> frames = strided(frameCount, stride, offset);
                  return new Window(
                      plan.chunks().size() + offset, frames, Collections.nCopies(frames.size(), 1));
                })
            .toList();
    return (step, sigma) -> sigma >= from && step % 2 == 0 ? global : chunks.at(step, sigma);
  }

  private static List<Integer> strided(int frameCount, int stride, int offset) {
    return IntStream.iterate(offset, frame -> frame < frameCount, frame -> frame + stride)
        .boxed()
        .toList();
  }
}

package dev.longtake.coordinator;

import static dev.longtake.error.Require.require;

import dev.longtake.error.ErrorCode;
import dev.longtake.error.LongtakeException;
import dev.longtake.latent.Latents;
import dev.longtake.plan.Boundary;
import dev.longtake.plan.Chunk;
import dev.longtake.plan.ChunkPlan;
import java.util.List;

/** Joins the latents of a shot's chunks into those of the shot. */
final class LatentsJoin {

  private LatentsJoin() {}

  /**
   * Joins them: of each overlap the left chunk gives the first half, rounded up.
   *
   * @param chunks one per chunk of the plan, in order
   * @param exchangeOff whether the chunks were denoised without exchange and so may differ
   * @throws LongtakeException with {@link ErrorCode#DETERMINISM_VIOLATED} if the two sides of an
   *     overlap differ in a bit though they exchanged, {@link ErrorCode#DATA_CORRUPT} if a chunk
   *     has not the planned shape
   */
  static Latents join(ChunkPlan plan, List<Latents> chunks, boolean exchangeOff) {
    require(
        plan.chunks().size() == chunks.size(),
        "expected %d chunks, found %d",
        plan.chunks().size(),
        chunks.size());
    requireShapes(plan, chunks);
    if (!exchangeOff) {
      plan.boundaries().forEach(boundary -> requireEqual(plan, chunks, boundary));
    }
    Latents first = chunks.getFirst();
    int frame = first.frameElements();
    float[] joined = new float[Math.multiplyExact(plan.latentFrameCount(), frame)];
    int from = 0;
    for (int i = 0; i < chunks.size(); i++) {
      Chunk chunk = plan.chunks().get(i);
      int end = chunk.endLatentFrame();
      if (i + 1 < chunks.size()) {
        Boundary boundary = plan.boundaries().get(i);
        end = boundary.firstLatentFrame() + boundary.ownedByLeft();
      }
      System.arraycopy(
          chunks.get(i).values(),
          (from - chunk.firstLatentFrame()) * frame,
          joined,
          from * frame,
          (end - from) * frame);
      from = end;
    }
    return new Latents(
        plan.latentFrameCount(), first.channels(), first.height(), first.width(), joined);
  }

  private static void requireShapes(ChunkPlan plan, List<Latents> chunks) {
    Latents first = chunks.getFirst();
    for (int i = 0; i < chunks.size(); i++) {
      Latents chunk = chunks.get(i);
      int expected = plan.chunks().get(i).latentFrameCount();
      if (chunk.frameCount() != expected
          || chunk.channels() != first.channels()
          || chunk.height() != first.height()
          || chunk.width() != first.width()) {
        throw new LongtakeException(
            ErrorCode.DATA_CORRUPT,
            "chunk %d: expected latents (%d, %d, %d, %d), found (%d, %d, %d, %d)"
                .formatted(
                    i,
                    expected,
                    first.channels(),
                    first.height(),
                    first.width(),
                    chunk.frameCount(),
                    chunk.channels(),
                    chunk.height(),
                    chunk.width()));
      }
    }
  }

  private static void requireEqual(ChunkPlan plan, List<Latents> chunks, Boundary boundary) {
    Latents left = chunks.get(boundary.index());
    Latents right = chunks.get(boundary.index() + 1);
    int frame = left.frameElements();
    int leftFrom =
        (boundary.firstLatentFrame() - plan.chunks().get(boundary.index()).firstLatentFrame())
            * frame;
    for (int i = 0; i < boundary.overlap() * frame; i++) {
      int a = Float.floatToRawIntBits(left.values()[leftFrom + i]);
      int b = Float.floatToRawIntBits(right.values()[i]);
      if (a != b) {
        throw new LongtakeException(
            ErrorCode.DETERMINISM_VIOLATED,
            "boundary %d, latent frame %d, element %d: expected equal bits, found %08x left, %08x right"
                .formatted(
                    boundary.index(), boundary.firstLatentFrame() + i / frame, i % frame, a, b));
      }
    }
  }
}

package dev.longtake.coordinator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.longtake.error.ErrorCode;
import dev.longtake.error.LongtakeException;
import dev.longtake.latent.Latents;
import dev.longtake.plan.Chunk;
import dev.longtake.plan.ChunkPlan;
import dev.longtake.plan.ChunkPolicy;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class LatentsJoinTest {

  private static final int CHANNELS = 2;
  private static final int CELLS = 3;
  private static final int FRAME = CHANNELS * CELLS;

  /** Cuts a shot's latents into its chunks. */
  private static List<Latents> cut(float[] shot, ChunkPlan plan) {
    List<Latents> chunks = new ArrayList<>();
    for (Chunk chunk : plan.chunks()) {
      float[] values =
          Arrays.copyOfRange(
              shot, chunk.firstLatentFrame() * FRAME, chunk.endLatentFrame() * FRAME);
      chunks.add(new Latents(chunk.latentFrameCount(), CHANNELS, 1, CELLS, values));
    }
    return chunks;
  }

  @ParameterizedTest(name = "seed {0}")
  @MethodSource("dev.longtake.testing.Seeds#many")
  void join_ofWhatWasCut_givesTheShotBack(long seed) {
    var random = new SplittableRandom(seed);
    int overlap = random.nextInt(0, 6);
    ChunkPlan plan =
        ChunkPlan.of(
            random.nextInt(1, 120), new ChunkPolicy(3 * overlap + random.nextInt(1, 9), overlap));
    float[] shot = new float[plan.latentFrameCount() * FRAME];
    for (int i = 0; i < shot.length; i++) {
      shot[i] = (float) random.nextGaussian();
    }

    Latents joined = LatentsJoin.join(plan, cut(shot, plan), false);

    assertThat(joined.frameCount()).isEqualTo(plan.latentFrameCount());
    assertThat(joined.values()).containsExactly(shot);
  }

  @Test
  void join_sidesThatDiffer_violatesDeterminism() {
    ChunkPlan plan = ChunkPlan.of(10, new ChunkPolicy(9, 3));
    List<Latents> chunks = cut(new float[10 * FRAME], plan);
    chunks.get(1).values()[FRAME + 2] = -0.0f; // Equal as a number, another bit.

    LongtakeException failure =
        catchThrowableOfType(LongtakeException.class, () -> LatentsJoin.join(plan, chunks, false));

    assertThat(failure.code()).isEqualTo(ErrorCode.DETERMINISM_VIOLATED);
    assertThat(failure.getMessage()).startsWith("boundary 0, latent frame 5, element 2:");
  }

  @Test
  void join_withoutExchange_takesTheFirstHalfFromTheLeft() {
    ChunkPlan plan = ChunkPlan.of(10, new ChunkPolicy(9, 3));
    List<Latents> chunks = cut(new float[10 * FRAME], plan);
    Arrays.fill(chunks.get(0).values(), 1);
    Arrays.fill(chunks.get(1).values(), 2);

    float[] joined = LatentsJoin.join(plan, chunks, true).values();

    // The overlap is latent frames 4 to 6; the left chunk owns 4 and 5.
    for (int i = 0; i < joined.length; i++) {
      assertThat(joined[i]).isEqualTo(i < 6 * FRAME ? 1 : 2);
    }
  }

  @Test
  void join_otherShape_isCorrupt() {
    ChunkPlan plan = ChunkPlan.of(10, new ChunkPolicy(9, 3));
    Latents wrong = new Latents(5, CHANNELS, 1, CELLS, new float[5 * FRAME]);

    LongtakeException failure =
        catchThrowableOfType(
            LongtakeException.class, () -> LatentsJoin.join(plan, List.of(wrong, wrong), false));

    assertThat(failure.code()).isEqualTo(ErrorCode.DATA_CORRUPT);
    assertThat(failure.getMessage()).startsWith("chunk 0: expected latents (7, 2, 1, 3)");
  }
}

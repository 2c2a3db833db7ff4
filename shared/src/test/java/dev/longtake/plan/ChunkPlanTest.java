package dev.longtake.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class ChunkPlanTest {

  @ParameterizedTest(name = "seed {0}")
  @MethodSource("dev.longtake.testing.Seeds#many")
  void of_anyShotAndPolicy_coversTheShotWithExactOverlaps(long seed) {
    var random = new SplittableRandom(seed);
    int overlap = random.nextInt(0, 9);
    var policy = new ChunkPolicy(Math.max(1, 3 * overlap) + random.nextInt(0, 32), overlap);
    int latentFrameCount = random.nextInt(1, 2_000);

    ChunkPlan plan = ChunkPlan.of(latentFrameCount, policy);

    List<Chunk> chunks = plan.chunks();
    assertThat(plan.latentFrameCount()).isEqualTo(latentFrameCount);
    assertThat(chunks)
        .hasSize(
            Math.max(
                1, Math.ceilDiv(latentFrameCount - overlap, policy.latentFrameCount() - overlap)));
    assertThat(chunks.getFirst().firstLatentFrame()).isZero();
    assertThat(chunks.getFirst().overlapLeft()).isZero();
    assertThat(chunks.getLast().overlapRight()).isZero();
    for (int i = 1; i < chunks.size(); i++) {
      assertThat(chunks.get(i).index()).isEqualTo(i);
      assertThat(chunks.get(i).overlapLeft()).isEqualTo(overlap);
      assertThat(chunks.get(i - 1).overlapRight()).isEqualTo(overlap);
      assertThat(chunks.get(i).firstLatentFrame())
          .isEqualTo(chunks.get(i - 1).endLatentFrame() - overlap);
    }
    var lengths = chunks.stream().mapToInt(Chunk::latentFrameCount).summaryStatistics();
    assertThat(lengths.getMax()).isLessThanOrEqualTo(policy.latentFrameCount());
    assertThat(lengths.getMax() - lengths.getMin()).isLessThanOrEqualTo(1);
  }

  @ParameterizedTest(name = "seed {0}")
  @MethodSource("dev.longtake.testing.Seeds#many")
  void boundaries_ofAnyPlan_areSharedByExactlyTwoChunks(long seed) {
    var random = new SplittableRandom(seed);
    int overlap = random.nextInt(1, 9);
    ChunkPlan plan =
        ChunkPlan.of(
            random.nextInt(1, 500), new ChunkPolicy(3 * overlap + random.nextInt(0, 9), overlap));

    for (int frame = 0; frame < plan.latentFrameCount(); frame++) {
      int chunks = 0;
      for (Chunk chunk : plan.chunks()) {
        chunks += chunk.firstLatentFrame() <= frame && frame < chunk.endLatentFrame() ? 1 : 0;
      }
      int boundaries = 0;
      for (Boundary boundary : plan.boundaries()) {
        int first = boundary.firstLatentFrame();
        boundaries += first <= frame && frame < first + boundary.overlap() ? 1 : 0;
      }
      assertThat(chunks).isEqualTo(1 + boundaries).isBetween(1, 2);
    }
  }

  @Test
  void of_shotThatFits_isOneChunk() {
    assertThat(ChunkPlan.of(9, new ChunkPolicy(9, 3)).chunks())
        .containsExactly(new Chunk(0, 0, 9, 0, 0));
    assertThat(ChunkPlan.of(2, new ChunkPolicy(9, 3)).chunks())
        .containsExactly(new Chunk(0, 0, 2, 0, 0));
  }

  @Test
  void of_oneFrameTooMany_isSplitEvenly() {
    assertThat(ChunkPlan.of(10, new ChunkPolicy(9, 3)).chunks())
        .containsExactly(new Chunk(0, 0, 7, 0, 3), new Chunk(1, 4, 6, 3, 0));
  }

  @Test
  void of_noFrames_isRefused() {
    assertThatIllegalArgumentException().isThrownBy(() -> ChunkPlan.of(0, new ChunkPolicy(9, 3)));
  }

  @Test
  void policy_overlapBeyondAThird_isRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new ChunkPolicy(8, 3))
        .withMessageContaining("at most a third of 8");
  }
}

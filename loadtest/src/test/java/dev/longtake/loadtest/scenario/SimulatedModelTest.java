package dev.longtake.loadtest.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import dev.longtake.digest.Digest;
import dev.longtake.latent.Latents;
import dev.longtake.latent.LatentsCodec;
import dev.longtake.lease.CheckpointPlan;
import dev.longtake.lease.Work;
import dev.longtake.plan.Chunk;
import dev.longtake.plan.ShotPlan;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class SimulatedModelTest {

  private static final ShotPlan SHOT =
      StorySource.plan(new StorySource(3).next("s", StoryShape.ofChunks(1, 8))).shots().getFirst();

  private static Latents rendered(Chunk chunk) {
    return LatentsCodec.decode(
        SimulatedModel.render(
            new Work.DenoiseChunk(
                SHOT.inputs(),
                chunk.firstLatentFrame(),
                chunk.latentFrameCount(),
                chunk.overlapLeft(),
                chunk.overlapRight(),
                false,
                false,
                CheckpointPlan.NONE)));
  }

  @Test
  void ofChunks_eight_isPlannedAsEight() {
    assertThat(SHOT.chunks().chunks()).hasSize(8);
    assertThat(SimulatedModel.chunksOf(SHOT.shot().frameCount())).isEqualTo(8);
  }

  @Test
  void render_neighbours_agreeInWhatTheyShare() {
    Latents left = rendered(SHOT.chunks().chunks().get(0));
    Latents right = rendered(SHOT.chunks().chunks().get(1));
    int frame = left.values().length / left.frameCount();

    assertThat(
            Arrays.copyOfRange(left.values(), left.values().length - frame, left.values().length))
        .isEqualTo(Arrays.copyOfRange(right.values(), 0, frame));
  }

  @Test
  void joined_aShotOfOneChunk_isThatChunk() {
    ShotPlan shot =
        StorySource.plan(new StorySource(3).next("s", StoryShape.ofChunks(1, 1)))
            .shots()
            .getFirst();
    var whole =
        new Work.DenoiseChunk(
            shot.inputs(), 0, shot.latentFrameCount(), 0, 0, false, false, CheckpointPlan.NONE);

    assertThat(SimulatedModel.joined(shot)).isEqualTo(Digest.of(SimulatedModel.render(whole)));
  }
}

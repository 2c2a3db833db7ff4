package dev.longtake.loadtest.worker;

import static org.assertj.core.api.Assertions.assertThat;

import dev.longtake.lease.CheckpointPlan;
import dev.longtake.lease.LeaseToken;
import dev.longtake.lease.LeaseToken.Kind;
import dev.longtake.lease.Order;
import dev.longtake.lease.Work;
import dev.longtake.loadtest.scenario.StoryShape;
import dev.longtake.loadtest.scenario.StorySource;
import dev.longtake.plan.ShotInputs;
import java.util.List;
import org.junit.jupiter.api.Test;

class CapacityTest {

  private static final ShotInputs SHOT =
      StorySource.plan(new StorySource(3).next("s", StoryShape.ofChunks(1, 1)))
          .shots()
          .getFirst()
          .inputs();

  private static Order order(String storyId, Kind kind, int index, int attempt) {
    return new Order(
        new LeaseToken(storyId, 0, kind, index, attempt),
        new Work.DenoiseChunk(SHOT, 0, 1, 0, 0, false, false, CheckpointPlan.NONE));
  }

  @Test
  void fault_chunksOfOneShotAndTwoSegments_isNone() {
    assertThat(
            Capacity.fault(
                List.of(
                    order("a", Kind.CHUNK, 0, 1),
                    order("a", Kind.CHUNK, 1, 1),
                    order("b", Kind.SEGMENT, 0, 1),
                    order("c", Kind.SEGMENT, 0, 1))))
        .isEmpty();
  }

  @Test
  void fault_newChunksOfTwoShots_isSaid() {
    assertThat(Capacity.fault(List.of(order("a", Kind.CHUNK, 0, 1), order("b", Kind.CHUNK, 0, 1))))
        .isPresent();
  }

  @Test
  void fault_aChunkTakenBackFromALostWorker_isNone() {
    assertThat(Capacity.fault(List.of(order("a", Kind.CHUNK, 0, 1), order("b", Kind.CHUNK, 0, 2))))
        .isEmpty();
  }

  @Test
  void fault_threeSegments_isSaid() {
    assertThat(
            Capacity.fault(
                List.of(
                    order("a", Kind.SEGMENT, 0, 1),
                    order("b", Kind.SEGMENT, 0, 1),
                    order("c", Kind.SEGMENT, 0, 1))))
        .isPresent();
  }
}

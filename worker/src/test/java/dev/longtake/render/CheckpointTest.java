package dev.longtake.render;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.longtake.digest.Digest;
import dev.longtake.error.ErrorCode;
import dev.longtake.latent.Checkpoint;
import dev.longtake.latent.CheckpointCodec;
import dev.longtake.latent.CheckpointKey;
import dev.longtake.latent.HeapLatentStore;
import dev.longtake.latent.LatentStore;
import dev.longtake.latent.Latents;
import dev.longtake.lease.Report;
import dev.longtake.plan.ShotInputs;
import dev.longtake.plan.Solver;
import dev.longtake.sampling.SamplerState;
import dev.longtake.sampling.SamplerStateCodec;
import dev.longtake.tensor.Backend;
import dev.longtake.tensor.Precision;
import dev.longtake.tensor.cuda.CudaDevices;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** A chunk goes on elsewhere from what was kept of it, and the film has the same bytes. */
class CheckpointTest {

  private static final int LATENT_FRAMES = 27; // Five chunks of seven, overlap two.
  private static final int STEPS = 5;

  private static ShotInputs shot(Solver solver) {
    return TinyFarm.shot("story", LATENT_FRAMES, solver, false);
  }

  private static List<Latents> undisturbed(ShotInputs shot) {
    int chunkCount = shot.latentFrameCount() == LATENT_FRAMES ? 5 : 1;
    return StepLoopTest.render(shot, 0, 1, new int[chunkCount]);
  }

  /**
   * Worker 1 is lost with chunks 2 and 3. Both go on from the newest step that both have kept, on
   * two other workers, although the store has dropped every slab before it.
   */
  @ParameterizedTest(name = "seed {0}, {1}, every {2}")
  @CsvSource({
    "1,UNIPC,1",
    "2,UNIPC,1",
    "3,EULER,1",
    "4,UNIPC,2",
    "5,EULER,2",
    "6,UNIPC,2",
    "7,UNIPC,1",
    "8,EULER,1",
    "9,UNIPC,3",
    "10,EULER,3"
  })
  void run_workerLostInTheMiddle_goesOnFromItsCheckpoints(long seed, Solver solver, int interval) {
    ShotInputs shot = shot(solver);
    try (LatentStore store = StepLoopTest.store()) {
      TinyFarm farm = new TinyFarm(store, seed, 3);
      farm.keepEvery(interval);
      farm.order(shot, new int[] {0, 0, 1, 1, 2}, new int[] {1, 1, 1, 1, 1});
      int atLeast = new SplittableRandom(seed).nextInt(1, STEPS - interval + 1);
      while (farm.commonCheckpoint(shot, 2, 3) < atLeast) {
        farm.turn();
      }
      int computedByTheLost = farm.stepsComputed(1);
      farm.lose(1);
      int step = farm.commonCheckpoint(shot, 2, 3);
      store.removeSlabs("story", 0, 1, 0, Math.min(step, farm.commonCheckpoint(shot, 1)));
      store.removeSlabs("story", 0, 3, 0, Math.min(step, farm.commonCheckpoint(shot, 4)));

      farm.order(
          shot,
          new int[] {0, 0, 0, 2, 2},
          new int[] {1, 1, 2, 2, 1},
          new int[] {0, 0, step, step, 0});
      farm.finish();

      StepLoopTest.assertSameBits(farm.results(shot), undisturbed(shot));
      assertThat(farm.stepsSaved()).isEqualTo(2 * step).isPositive();
      assertThat(farm.stepsComputed()).isEqualTo(5 * STEPS + computedByTheLost - 2 * step);
    }
  }

  /**
   * Worker 1 leaves with chunks 2 and 3, no checkpoint being due: it ends the step at hand, both
   * are kept at one step, go on elsewhere, and no step is computed twice.
   */
  @ParameterizedTest(name = "seed {0}, {1}")
  @CsvSource({
    "1,UNIPC", "2,UNIPC", "3,EULER", "4,UNIPC", "5,EULER", "6,UNIPC", "7,UNIPC", "8,EULER"
  })
  void leave_inTheMiddle_costsNoStep(long seed, Solver solver) {
    ShotInputs shot = shot(solver);
    try (LatentStore store = StepLoopTest.store()) {
      TinyFarm farm = new TinyFarm(store, seed, 3);
      farm.keepEvery(STEPS);
      farm.order(shot, new int[] {0, 0, 1, 1, 2}, new int[] {1, 1, 1, 1, 1});
      int atLeast = new SplittableRandom(seed).nextInt(1, STEPS + 1);
      while (farm.stepsComputed(1) < atLeast) {
        farm.turn();
      }

      farm.leave(1);

      int step = farm.commonCheckpoint(shot, 2, 3);
      assertThat(farm.stepsComputed(1)).isEqualTo(2 * step).isBetween(atLeast, atLeast + 3);
      farm.lose(1);
      farm.order(
          shot,
          new int[] {0, 0, 0, 2, 2},
          new int[] {1, 1, 2, 2, 1},
          new int[] {0, 0, step, step, 0});
      farm.finish();
      StepLoopTest.assertSameBits(farm.results(shot), undisturbed(shot));
      assertThat(farm.stepsComputed()).isEqualTo(5 * STEPS);
    }
  }

  /** Results on their way are handed in; segments that were not begun are given back. */
  @Test
  void leave_withAResultOnItsWay_handsItIn() {
    ShotInputs shot = TinyFarm.shot("story", 6, Solver.EULER, false);
    try (LatentStore store = StepLoopTest.store()) {
      TinyFarm farm = new TinyFarm(store, 1, 1);
      farm.order(shot, new int[] {0}, new int[] {1});
      while (farm.stepsComputed(0) < STEPS) {
        farm.turn();
      }

      farm.leaveWithResults(0);

      assertThat(farm.progress(0)).isInstanceOf(Report.Done.class);
    }
  }

  /** A farm without checkpoints: there is nothing to keep, and nothing is waited for. */
  @Test
  void leave_whereNothingIsKept_givesBackAtOnce() {
    ShotInputs shot = TinyFarm.shot("story", 6, Solver.EULER, false);
    try (LatentStore store = StepLoopTest.store()) {
      TinyFarm farm = new TinyFarm(store, 1, 1);
      farm.order(shot, new int[] {0}, new int[] {1});
      while (farm.stepsComputed(0) < 2) {
        farm.turn();
      }

      farm.leave(0);

      assertThat(farm.checkpointsPut()).isZero();
      assertThat(farm.stepsComputed(0)).isLessThan(STEPS);
    }
  }

  /** Wherever a chunk is resumed, the rest of it is the same. */
  @ParameterizedTest
  @EnumSource(Solver.class)
  void run_resumedAtAnyStep_givesTheSameBits(Solver solver) {
    resumeAtAnyStep(TinyFarm.shot("story", 6, solver, false));
  }

  @ParameterizedTest
  @EnumSource(Solver.class)
  void run_freshNoiseResumedAtAnyStep_givesTheSameBits(Solver solver) {
    resumeAtAnyStep(TinyFarm.renewedShot("story", 6, solver));
  }

  private static void resumeAtAnyStep(ShotInputs shot) {
    try (LatentStore store = StepLoopTest.store()) {
      TinyFarm first = new TinyFarm(store, 1, 1);
      first.keepEvery(1);
      first.order(shot, new int[] {0}, new int[] {1});
      first.finish();
      for (int step = 1; step < STEPS; step++) {
        while (store.checkpoint(new CheckpointKey("story", 0, 0, step)).isEmpty()) {
          first.turn();
        }
        TinyFarm second = new TinyFarm(store, step, 1);
        second.keepEvery(1);
        second.order(shot, new int[] {0}, new int[] {2}, new int[] {step});
        second.finish();

        StepLoopTest.assertSameBits(second.results(shot), first.results(shot));
        assertThat(second.stepsComputed()).isEqualTo(STEPS - step);
        assertThat(second.stepsSaved()).isEqualTo(step);
      }
    }
  }

  /** What arrays have kept goes on where the model computes, which keeps the same bytes. */
  @ParameterizedTest
  @EnumSource(Solver.class)
  void run_resumedOnADevice_givesTheSameBits(Solver solver) {
    assumeTrue(CudaDevices.isPossible(), "nothing here runs CUDA kernels");
    ShotInputs shot = TinyFarm.shot("story", 6, solver, false);
    try (Backend backend = requireNonNull(CudaDevices.openOrSkip(Precision.F32));
        LatentStore store = StepLoopTest.store()) {
      TinyFarm arrays = new TinyFarm(store, 1, 1);
      arrays.keepEvery(1);
      arrays.order(shot, new int[] {0}, new int[] {1});
      arrays.finish();
      for (int step = 1; step < STEPS; step++) {
        while (store.checkpoint(new CheckpointKey("story", 0, 0, step)).isEmpty()) {
          arrays.turn();
        }
        TinyFarm device = new TinyFarm(new ResidentTinyModel(backend), store, step, 1);
        device.keepEvery(1);
        device.order(shot, new int[] {0}, new int[] {2}, new int[] {step});
        device.finish();

        StepLoopTest.assertSameBits(device.results(shot), arrays.results(shot));
        assertThat(device.stepsComputed()).isEqualTo(STEPS - step);
      }
    }
  }

  static Stream<Arguments> damages() {
    UnaryOperator<Optional<byte[]>> missing = content -> Optional.empty();
    UnaryOperator<Optional<byte[]>> damaged =
        content -> content.map(CheckpointTest::withOneBitTurned);
    return Stream.of(
        Arguments.of(missing, "found nothing"),
        Arguments.of(damaged, "checkpoint: expected digest"),
        Arguments.of(other(CheckpointTest::ofAnotherChunk), "chunk " + Digest.ofText("other")),
        Arguments.of(other(CheckpointTest::ofAnotherShape), "(8, 3, 2, 4), found"),
        Arguments.of(other(CheckpointTest::ofAnotherStep), "expected step 2"),
        Arguments.of(other(CheckpointTest::withoutHistory), "0 tensors"));
  }

  private static byte[] withOneBitTurned(byte[] content) {
    byte[] damaged = content.clone();
    damaged[content.length / 2] ^= 1;
    return damaged;
  }

  private static UnaryOperator<Optional<byte[]>> other(UnaryOperator<Checkpoint> change) {
    return content ->
        content.map(it -> CheckpointCodec.encode(change.apply(CheckpointCodec.decode(it))));
  }

  private static Checkpoint ofAnotherChunk(Checkpoint checkpoint) {
    Checkpoint.Origin origin = checkpoint.origin();
    return new Checkpoint(
        new Checkpoint.Origin(
            origin.engineClass(),
            Digest.ofText("other"),
            origin.frameCount(),
            origin.channels(),
            origin.height(),
            origin.width()),
        checkpoint.stepIndex(),
        checkpoint.state());
  }

  private static Checkpoint ofAnotherShape(Checkpoint checkpoint) {
    Checkpoint.Origin origin = checkpoint.origin();
    return new Checkpoint(
        new Checkpoint.Origin(
            origin.engineClass(),
            origin.chunkDigest(),
            origin.frameCount(),
            origin.channels(),
            /* height= */ origin.width(),
            /* width= */ origin.height()),
        checkpoint.stepIndex(),
        checkpoint.state());
  }

  private static Checkpoint ofAnotherStep(Checkpoint checkpoint) {
    return new Checkpoint(checkpoint.origin(), 3, checkpoint.state());
  }

  private static Checkpoint withoutHistory(Checkpoint checkpoint) {
    SamplerState state = SamplerStateCodec.decode(checkpoint.state());
    return new Checkpoint(
        checkpoint.origin(),
        checkpoint.stepIndex(),
        SamplerStateCodec.encode(new SamplerState(state.stepIndex(), state.latents(), List.of())));
  }

  /** The coordinator is told, and orders the shot from noise on. */
  @ParameterizedTest
  @MethodSource("damages")
  void run_checkpointThatCannotBeUsed_isReportedAndTheShotCanBeginAnew(
      UnaryOperator<Optional<byte[]>> damage, String complaint) {
    ShotInputs shot = TinyFarm.shot("story", 6, Solver.UNIPC, false);
    try (LatentStore store = StepLoopTest.store()) {
      TinyFarm farm = new TinyFarm(store, 1, 1);
      farm.keepEvery(1);
      farm.order(shot, new int[] {0}, new int[] {1});
      while (farm.commonCheckpoint(shot, 0) < 2) {
        farm.turn();
      }
      farm.replaceCheckpoint(shot, 0, 2, damage.apply(Optional.of(farm.checkpoint(shot, 0, 2))));
      farm.lose(0);

      farm.order(shot, new int[] {0}, new int[] {2}, new int[] {2});
      farm.finish();

      assertUnusable(farm.progress(0), complaint);
      assertThat(farm.stepsSaved()).isZero();

      farm.order(shot, new int[] {0}, new int[] {3}, new int[] {0});
      farm.finish();

      StepLoopTest.assertSameBits(farm.results(shot), undisturbed(shot));
    }
  }

  /** What one engine class has begun, another one must not go on with. */
  @Test
  void run_checkpointOfAnotherEngineClass_isReported() {
    ShotInputs shot = TinyFarm.shot("story", 6, Solver.UNIPC, false);
    try (LatentStore store = StepLoopTest.store()) {
      TinyFarm farm = new TinyFarm(store, 1, 1);
      farm.keepEvery(1);
      farm.order(shot, new int[] {0}, new int[] {1});
      while (farm.commonCheckpoint(shot, 0) < 2) {
        farm.turn();
      }
      farm.replace(0, "other-bf16-1");

      farm.order(shot, new int[] {0}, new int[] {2}, new int[] {2});
      farm.finish();

      assertUnusable(farm.progress(0), "expected engine class other-bf16-1");
      assertUnusable(farm.progress(0), "found engine class " + TinyFarm.ENGINE_CLASS);
    }
  }

  private static void assertUnusable(Report.Progress progress, String complaint) {
    assertThat(progress)
        .isInstanceOfSatisfying(
            Report.Failed.class,
            failed -> {
              assertThat(failed.code()).isEqualTo(ErrorCode.CHECKPOINT_UNUSABLE);
              assertThat(failed.message()).contains("stepIndex=2", complaint);
            });
  }

  /** Two attempts come to the same bits, or the farm's promise is broken. */
  @Test
  void run_storeHoldsAnotherCheckpoint_reportsTheViolation() {
    ShotInputs shot = TinyFarm.shot("story", 6, Solver.UNIPC, false);
    try (LatentStore store = StepLoopTest.store()) {
      store.putCheckpoint(new CheckpointKey("story", 0, 0, 1), new byte[100]);
      TinyFarm farm = new TinyFarm(store, 1, 1);
      farm.keepEvery(1);
      farm.order(shot, new int[] {0}, new int[] {1});

      farm.finish();

      assertThat(farm.progress(0))
          .isInstanceOfSatisfying(
              Report.Failed.class,
              failed -> assertThat(failed.code()).isEqualTo(ErrorCode.DETERMINISM_VIOLATED));
    }
  }

  @Test
  void run_withoutRoomForCheckpoints_goesOnWithoutThem() {
    ShotInputs shot = TinyFarm.shot("story", 6, Solver.UNIPC, false);
    try (LatentStore store = new HeapLatentStore(1000)) {
      TinyFarm farm = new TinyFarm(store, 1, 1);
      farm.keepEvery(1);
      farm.order(shot, new int[] {0}, new int[] {1});

      farm.finish();

      StepLoopTest.assertSameBits(farm.results(shot), undisturbed(shot));
      assertThat(farm.checkpointsPut()).isZero();
      assertThat(farm.checkpointsSkipped()).isPositive();
    }
  }

  /** Every state that falls due is stored or counted as left out, whatever the network does. */
  @ParameterizedTest
  @CsvSource({"1", "2", "3", "4", "5", "6"})
  void run_anyInterleaving_accountsForEveryCheckpoint(long seed) {
    ShotInputs shot = shot(Solver.EULER);
    try (LatentStore store = StepLoopTest.store()) {
      TinyFarm farm = new TinyFarm(store, seed, 2);
      farm.keepEvery(2);
      farm.order(shot, new int[] {0, 0, 0, 1, 1}, new int[] {1, 1, 1, 1, 1});

      farm.finish();
      farm.settle();

      StepLoopTest.assertSameBits(farm.results(shot), undisturbed(shot));
      assertThat(farm.checkpointsPut() + farm.checkpointsSkipped()).isEqualTo(5 * 2);
    }
  }
}

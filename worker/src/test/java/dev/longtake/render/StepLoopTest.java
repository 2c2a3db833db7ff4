package dev.longtake.render;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.longtake.config.Secret;
import dev.longtake.error.ErrorCode;
import dev.longtake.latent.HeapLatentStore;
import dev.longtake.latent.LatentStore;
import dev.longtake.latent.Latents;
import dev.longtake.latent.LatentsCodec;
import dev.longtake.latent.Side;
import dev.longtake.latent.Slab;
import dev.longtake.latent.SlabCodec;
import dev.longtake.latent.SlabKey;
import dev.longtake.latent.hazelcast.HazelcastLatentStore;
import dev.longtake.latent.hazelcast.HazelcastStoreConfig;
import dev.longtake.lease.CheckpointPlan;
import dev.longtake.lease.LogLine;
import dev.longtake.lease.Report;
import dev.longtake.lease.Work.DenoiseChunk;
import dev.longtake.plan.Chunk;
import dev.longtake.plan.ShotInputs;
import dev.longtake.plan.Solver;
import dev.longtake.sampling.Sampler;
import dev.longtake.sampling.Samplers;
import dev.longtake.tensor.Backend;
import dev.longtake.tensor.Precision;
import dev.longtake.tensor.cuda.CudaDevices;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class StepLoopTest {

  private static final int LATENT_FRAMES = 27; // Five chunks of seven, overlap two.

  @ParameterizedTest
  @EnumSource(Solver.class)
  void run_shotOfOneChunk_equalsDenoisingItDirectly(Solver solver) {
    ShotInputs shot = TinyFarm.shot("one", 6, solver, false);
    try (LatentStore store = store()) {
      TinyFarm farm = new TinyFarm(store, 1, 1);
      farm.order(shot, new int[] {0}, new int[] {1});

      farm.finish();

      assertThat(farm.result(0).values()).isEqualTo(direct(shot));
      assertThat(farm.lines)
          .extracting(LogLine::text)
          .startsWith("begins at step 0 of 5", "all 5 steps are done");
    }
  }

  @Test
  void run_chunksOfOneLengthOnTwoWorkers_encodeTheirShotOnceAWorker() {
    ShotInputs shot = TinyFarm.shot("story", LATENT_FRAMES, Solver.EULER, false);
    int[] homes = {0, 0, 0, 1, 1};
    int[] attempts = {1, 1, 1, 1, 1};
    try (LatentStore store = store()) {
      TinyFarm farm = new TinyFarm(store, 1, 2);
      farm.order(shot, homes, attempts);

      farm.finish();

      assertThat(farm.conditionings()).isEqualTo(2);
    }
  }

  /** The same shot by the sampler alone: no exchange, no loop. */
  private static float[] direct(ShotInputs shot) {
    DenoiseChunk whole =
        new DenoiseChunk(shot, 0, shot.latentFrameCount(), 0, 0, false, false, CheckpointPlan.NONE);
    ChunkShape shape = ChunkShape.of(new TinyModel().card(), whole);
    ChunkStepper stepper = new ChunkStepper(whole, shape);
    ChunkState state = stepper.start();
    Sampler sampler =
        Samplers.of(shot.sampling().solver(), shot.sampling().stepCount(), shot.sampling().shift());
    try (Conditions conditions = new Conditions(new TinyModel(), TinyFarm.LIMITS)) {
      var denoisers =
          conditions.denoisers(
              shot,
              shape.frameCount(),
              Map.of(shot.prompt().references().getFirst().digest(), TinyFarm.PICTURE));
      while (state.stepsDone() < shot.sampling().stepCount()) {
        float[] velocity = stepper.velocity(state, denoisers);
        state = new ChunkState(shape, sampler.step(state.sampler(), velocity));
      }
    }
    return state.chunkLatents();
  }

  @ParameterizedTest(name = "seed {0}, {1} workers, {2}")
  @CsvSource({
    "1,1,UNIPC",
    "2,1,UNIPC",
    "3,2,UNIPC",
    "4,2,UNIPC",
    "5,2,EULER",
    "6,3,UNIPC",
    "7,3,UNIPC",
    "8,3,EULER",
    "9,4,UNIPC",
    "10,5,UNIPC"
  })
  void run_anyWorkersInAnyOrder_givesTheSameBits(long seed, int workerCount, Solver solver) {
    ShotInputs shot = TinyFarm.shot("story", LATENT_FRAMES, solver, false);
    int[] homes = homes(5, workerCount);

    List<Latents> results = render(shot, seed, workerCount, homes);

    assertSameBits(results, render(shot, 0, 1, new int[5]));
  }

  /** Noise that steps draw anew is keyed by the frame, so that both sides of a boundary draw it. */
  @ParameterizedTest(name = "seed {0}, {1} workers, {2}")
  @CsvSource({"41,2,UNIPC", "42,3,EULER", "43,5,UNIPC"})
  void run_freshNoiseAndAnyWorkers_givesTheSameBits(long seed, int workerCount, Solver solver) {
    ShotInputs shot = TinyFarm.renewedShot("story", LATENT_FRAMES, solver);

    List<Latents> results = render(shot, seed, workerCount, homes(5, workerCount));

    assertSameBits(results, render(shot, 0, 1, new int[5]));
    assertThat(results.getFirst().values())
        .isNotEqualTo(
            render(TinyFarm.shot("story", LATENT_FRAMES, solver, false), 0, 1, new int[5])
                .getFirst()
                .values());
  }

  @Test
  void run_freshNoiseOnADevice_givesTheSameBits() {
    assumeTrue(CudaDevices.isPossible(), "nothing here runs CUDA kernels");
    ShotInputs shot = TinyFarm.renewedShot("story", LATENT_FRAMES, Solver.UNIPC);
    try (Backend backend = requireNonNull(CudaDevices.openOrSkip(Precision.F32));
        LatentStore store = store()) {
      TinyFarm farm = new TinyFarm(new ResidentTinyModel(backend), store, 44, 2);
      farm.order(shot, homes(5, 2), new int[] {1, 1, 1, 1, 1});

      farm.finish();

      assertSameBits(farm.results(shot), render(shot, 0, 1, new int[5]));
    }
  }

  /**
   * Guidance, fusion and the solvers as kernels, slabs by a stream of their own: no bit changes.
   */
  @ParameterizedTest(name = "seed {0}, {1} workers, {2}")
  @CsvSource({"31,1,UNIPC", "32,2,UNIPC", "33,2,EULER", "34,3,UNIPC", "35,1,EULER"})
  void run_latentsOnADevice_givesTheSameBits(long seed, int workerCount, Solver solver) {
    assumeTrue(CudaDevices.isPossible(), "nothing here runs CUDA kernels");
    ShotInputs shot = TinyFarm.shot("story", LATENT_FRAMES, solver, false);
    try (Backend backend = requireNonNull(CudaDevices.openOrSkip(Precision.F32));
        LatentStore store = store()) {
      ResidentTinyModel model = new ResidentTinyModel(backend);
      TinyFarm farm = new TinyFarm(model, store, seed, workerCount);
      farm.order(shot, homes(5, workerCount), new int[] {1, 1, 1, 1, 1});

      farm.finish();

      assertSameBits(farm.results(shot), render(shot, 0, 1, new int[5]));
      int chunks = farm.plan(shot).chunks().size();
      assertThat(model.opened()).as("chunks on the device").isEqualTo(chunks);
      assertThat(model.closed()).as("chunks given back").isEqualTo(chunks);
    }
  }

  @Test
  void run_slabsThroughHazelcast_givesTheSameBits() {
    ShotInputs shot = TinyFarm.shot("story", LATENT_FRAMES, Solver.UNIPC, false);
    try (LatentStore store =
        HazelcastLatentStore.start(
            new HazelcastStoreConfig(
                new Secret("step-loop-test"), "127.0.0.1", 0, List.of(), 64L << 20))) {
      TinyFarm farm = new TinyFarm(store, 21, 2);
      farm.order(shot, homes(5, 2), new int[] {1, 1, 1, 1, 1});

      farm.finish();

      assertSameBits(farm.results(shot), render(shot, 0, 1, new int[5]));
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
  void run_workerLostInTheMiddle_givesTheSameBits(long seed) {
    ShotInputs shot = TinyFarm.shot("story", LATENT_FRAMES, Solver.UNIPC, false);
    try (LatentStore store = store()) {
      TinyFarm farm = new TinyFarm(store, seed, 3);
      farm.order(shot, new int[] {0, 0, 1, 1, 2}, new int[] {1, 1, 1, 1, 1});
      int lostAtStep = new SplittableRandom(seed).nextInt(1, 5);
      while (!(farm.progress(2) instanceof Report.Running(int steps, _, _)
          && steps >= lostAtStep)) {
        farm.turn();
      }
      farm.lose(1);

      farm.order(shot, new int[] {0, 0, 0, 2, 2}, new int[] {1, 1, 2, 2, 1});
      farm.finish();

      assertSameBits(farm.results(shot), render(shot, 0, 1, new int[5]));
    }
  }

  @Test
  void run_chunksOfTheLostWorkerGoToANewOne_givesTheSameBits() {
    ShotInputs shot = TinyFarm.shot("story", LATENT_FRAMES, Solver.UNIPC, false);
    try (LatentStore store = store()) {
      TinyFarm farm = new TinyFarm(store, 11, 3);
      farm.order(shot, new int[] {0, 0, 1, 1, 1}, new int[] {1, 1, 1, 1, 1});
      while (!(farm.progress(1) instanceof Report.Running(int steps, _, _) && steps >= 3)) {
        farm.turn();
      }
      farm.lose(0);

      farm.order(shot, new int[] {2, 2, 1, 1, 1}, new int[] {2, 2, 1, 1, 1});
      farm.finish();

      assertSameBits(farm.results(shot), render(shot, 0, 1, new int[5]));
    }
  }

  @Test
  void run_neighbours_haveEqualOverlaps() {
    ShotInputs shot = TinyFarm.shot("story", LATENT_FRAMES, Solver.UNIPC, false);

    List<Latents> results = render(shot, 5, 2, homes(5, 2));

    for (int i = 0; i + 1 < results.size(); i++) {
      assertThat(overlap(results.get(i), Side.RIGHT))
          .isEqualTo(overlap(results.get(i + 1), Side.LEFT));
    }
  }

  @Test
  void run_neighboursAnywhere_tellOfEachBoundaryAndStepOnce() {
    ShotInputs shot = TinyFarm.shot("story", LATENT_FRAMES, Solver.UNIPC, false);
    try (LatentStore store = store()) {
      TinyFarm farm = new TinyFarm(store, 3, 2);
      farm.order(shot, new int[] {0, 0, 1, 1, 0}, new int[] {1, 1, 1, 1, 1});
      farm.finish();

      assertThat(farm.disagreements()).isEqualTo(4L * shot.sampling().stepCount());
    }
  }

  @Test
  void run_exchangeOff_letsOverlapsDiffer() {
    ShotInputs shot = TinyFarm.shot("story", LATENT_FRAMES, Solver.UNIPC, true);

    List<Latents> results = render(shot, 5, 2, homes(5, 2));

    assertThat(overlap(results.get(0), Side.RIGHT))
        .isNotEqualTo(overlap(results.get(1), Side.LEFT));
    assertThat(results.getFirst().values())
        .isNotEqualTo(
            render(TinyFarm.shot("s", LATENT_FRAMES, Solver.UNIPC, false), 5, 1, new int[5])
                .getFirst()
                .values());
  }

  private static float[] overlap(Latents latents, Side side) {
    int size = 2 * latents.frameElements();
    return side == Side.LEFT
        ? Arrays.copyOf(latents.values(), size)
        : Arrays.copyOfRange(
            latents.values(), latents.values().length - size, latents.values().length);
  }

  @Test
  void run_bitsThatFlipOnTheWay_givesTheSameBits() {
    ShotInputs shot = TinyFarm.shot("story", LATENT_FRAMES, Solver.UNIPC, false);
    try (LatentStore store = store()) {
      TinyFarm farm = new TinyFarm(store, 22, 2);
      farm.flipBits();
      farm.order(shot, homes(5, 2), new int[] {1, 1, 1, 1, 1});

      farm.finish();

      assertSameBits(farm.results(shot), render(shot, 0, 1, new int[5]));
    }
  }

  @Test
  void run_storeHoldsOtherBits_reportsTheViolation() {
    ShotInputs shot = TinyFarm.shot("story", LATENT_FRAMES, Solver.UNIPC, false);
    try (LatentStore store = store()) {
      TinyFarm farm = new TinyFarm(store, 1, 2);
      float[] other = new float[2 * TinyModel.CHANNELS * 8];
      store.put(
          new SlabKey("story", 0, 1, Side.LEFT, 2),
          SlabCodec.encode(new Slab(2, TinyModel.CHANNELS, 2, 4, other)));
      farm.order(shot, new int[] {0, 0, 1, 1, 1}, new int[] {1, 1, 1, 1, 1});

      while (farm.progress(1) instanceof Report.Running) {
        farm.turn();
      }

      assertThat(farm.progress(1))
          .isInstanceOfSatisfying(
              Report.Failed.class,
              failed -> assertThat(failed.code()).isEqualTo(ErrorCode.DETERMINISM_VIOLATED));
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void advance_overlapAfterEveryStep_isEqualOnBothSides(boolean isRenewed) {
    ShotInputs shot =
        isRenewed
            ? TinyFarm.renewedShot("story", 11, Solver.UNIPC)
            : TinyFarm.shot("story", 11, Solver.UNIPC, false);
    List<Chunk> plan = List.of(new Chunk(0, 0, 7, 0, 2), new Chunk(1, 5, 6, 2, 0));
    Side[] towards = {Side.RIGHT, Side.LEFT};
    ChunkStepper[] steppers = new ChunkStepper[2];
    ChunkState[] states = new ChunkState[2];
    ChunkShape[] shapes = new ChunkShape[2];
    for (int i = 0; i < 2; i++) {
      Chunk chunk = plan.get(i);
      DenoiseChunk order =
          new DenoiseChunk(
              shot,
              chunk.firstLatentFrame(),
              chunk.latentFrameCount(),
              chunk.overlapLeft(),
              chunk.overlapRight(),
              false,
              false,
              CheckpointPlan.NONE);
      shapes[i] = ChunkShape.of(new TinyModel().card(), order);
      steppers[i] = new ChunkStepper(order, shapes[i]);
      states[i] = steppers[i].start();
    }
    try (Conditions conditions = new Conditions(new TinyModel(), TinyFarm.LIMITS)) {
      for (int step = 0; step < shot.sampling().stepCount(); step++) {
        float[][] velocities = new float[2][];
        Slab[] slabs = new Slab[2];
        for (int i = 0; i < 2; i++) {
          var denoisers =
              conditions.denoisers(
                  shot,
                  shapes[i].frameCount(),
                  Map.of(shot.prompt().references().getFirst().digest(), TinyFarm.PICTURE));
          velocities[i] = steppers[i].velocity(states[i], denoisers);
          slabs[i] = steppers[i].publication(velocities[i], towards[i]);
        }
        var pair = new ChunkStepper.SlabPair(slabs[0], slabs[1]);
        states[0] = steppers[0].advance(states[0], velocities[0], null, pair);
        states[1] = steppers[1].advance(states[1], velocities[1], pair, null);

        int frame = shapes[0].frameSize();
        float[] left = states[0].chunkLatents();
        assertThat(Arrays.copyOfRange(left, 5 * frame, 7 * frame))
            .as("step %d", step)
            .isEqualTo(Arrays.copyOf(states[1].chunkLatents(), 2 * frame));
      }
    }
  }

  @Test
  void restate_orderNoLongerListed_isDropped() {
    ShotInputs shot = TinyFarm.shot("story", LATENT_FRAMES, Solver.UNIPC, false);
    try (LatentStore store = store()) {
      TinyFarm farm = new TinyFarm(store, 3, 2);
      farm.order(shot, homes(5, 2), new int[] {1, 1, 1, 1, 1});
      IntStream.range(0, 50).forEach(i -> farm.turn());

      farm.order(shot, homes(5, 2), new int[] {2, 2, 2, 2, 2});
      farm.finish();

      assertSameBits(farm.results(shot), render(shot, 0, 1, new int[5]));
    }
  }

  static LatentStore store() {
    return new HeapLatentStore(64L << 20);
  }

  /** An even split into contiguous runs. */
  private static int[] homes(int chunkCount, int workerCount) {
    return IntStream.range(0, chunkCount).map(i -> i * workerCount / chunkCount).toArray();
  }

  static List<Latents> render(ShotInputs shot, long seed, int workerCount, int[] homes) {
    try (LatentStore store = store()) {
      TinyFarm farm = new TinyFarm(store, seed, workerCount);
      int[] attempts = new int[homes.length];
      Arrays.fill(attempts, 1);
      farm.order(shot, homes, attempts);
      farm.finish();
      return farm.results(shot);
    }
  }

  static void assertSameBits(List<Latents> found, List<Latents> expected) {
    assertThat(found.stream().map(LatentsCodec::encode).toList())
        .usingElementComparator(Arrays::compare)
        .isEqualTo(expected.stream().map(LatentsCodec::encode).toList());
  }
}

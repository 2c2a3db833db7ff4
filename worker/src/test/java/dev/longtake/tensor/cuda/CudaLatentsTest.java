package dev.longtake.tensor.cuda;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.longtake.denoise.SigmaSchedule;
import dev.longtake.denoise.SigmaTable;
import dev.longtake.denoise.TimestepRule;
import dev.longtake.latent.OverlapFusion;
import dev.longtake.plan.Solver;
import dev.longtake.sampling.Guidance;
import dev.longtake.sampling.ResidentLatents.Fusion;
import dev.longtake.sampling.ResidentLatents.Guiding;
import dev.longtake.sampling.ResidentLatents.Pass;
import dev.longtake.sampling.ResidentLatents.Span;
import dev.longtake.sampling.Sampler;
import dev.longtake.sampling.SamplerState;
import dev.longtake.sampling.Samplers;
import dev.longtake.sampling.SolverStep;
import dev.longtake.tensor.Backend;
import dev.longtake.tensor.Precision;
import dev.longtake.tensor.TensorLatents;
import dev.longtake.tensor.cuda.EmulatedStreams.Transfers;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** The update on a device against the samplers on arrays: equal bits, no tolerance. */
class CudaLatentsTest {

  private static final int CHANNELS = 3;
  private static final int FRAMES = 5;
  private static final int HEIGHT = 2;
  private static final int WIDTH = 7;
  private static final int SIZE = CHANNELS * FRAMES * HEIGHT * WIDTH;
  private static final int STEPS = 6;

  private Backend backend;

  @BeforeEach
  void start() {
    assumeTrue(CudaDevices.isPossible(), "nothing here runs CUDA kernels");
    backend = requireNonNull(CudaDevices.openOrSkip(Precision.F32));
  }

  @AfterEach
  void close() {
    if (backend != null) {
      backend.close();
    }
  }

  private TensorLatents open() {
    return place(backend);
  }

  private static float[] values(Random random, int count) {
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      values[i] = (float) random.nextGaussian();
    }
    return values;
  }

  static Stream<Sampler> samplers() {
    Stream<Sampler> known =
        Stream.of(Solver.values())
            .flatMap(solver -> Stream.of(1, 2, STEPS).map(it -> Samplers.of(solver, it, 3.0)));
    return Stream.concat(known, Stream.of(new RememberingSampler(uniform())));
  }

  private static SigmaSchedule uniform() {
    return SigmaSchedule.of(SigmaTable.WAN, TimestepRule.EXACT, STEPS, 1.0);
  }

  /** A solver that none is yet: it remembers an estimate and corrects nothing. */
  private record RememberingSampler(SigmaSchedule schedule) implements Sampler {

    @Override
    public int historyCount(int stepIndex) {
      return stepIndex == 0 || stepIndex == schedule.stepCount() ? 0 : 2;
    }

    @Override
    public SolverStep.Multistep plan(int stepIndex) {
      List<Double> predictor = stepIndex == 0 ? List.of(0.9, 0.2) : List.of(0.8, 0.3, -0.1);
      return new SolverStep.Multistep(schedule.sigma(stepIndex), List.of(), predictor);
    }
  }

  @ParameterizedTest
  @MethodSource("samplers")
  void step_anySolverGuided_equalsTheSamplerBitForBit(Sampler sampler) {
    Random random = new Random(7);
    SamplerState state = SamplerState.initial(values(random, SIZE));
    try (TensorLatents latents = open()) {
      latents.write(state);
      for (int step = 0; step < sampler.schedule().stepCount(); step++) {
        float[] conditional = values(random, SIZE);
        float[] unconditional = values(random, SIZE);
        boolean guided = step % 3 != 2;
        backend.write(latents.velocity(Pass.CONDITIONAL), conditional, 0);
        backend.write(latents.velocity(Pass.UNCONDITIONAL), unconditional, 0);
        Guiding guiding = guided ? new Guiding.By(4.7f) : new Guiding.Off();

        latents.publish(guiding, List.of());
        latents.step(sampler.plan(step), guiding, List.of());
        state =
            sampler.step(
                state, guided ? Guidance.combine(conditional, unconditional, 4.7f) : conditional);

        SamplerState found = latents.read(step + 1, sampler.historyCount(step + 1));
        assertThat(found.latents()).as("latents after step %d", step).isEqualTo(state.latents());
        assertThat(found.history()).hasSameSizeAs(state.history());
        for (int i = 0; i < state.history().size(); i++) {
          assertThat(found.history().get(i)).as("history %d", i).isEqualTo(state.history().get(i));
        }
      }
    }
  }

  /** A state that comes from elsewhere, as a checkpoint does, in the middle of a run. */
  @Test
  void write_ofAStateWithHistory_goesOnFromIt() {
    Sampler sampler = Samplers.of(Solver.UNIPC, STEPS, 3.0);
    Random random = new Random(8);
    SamplerState state = SamplerState.initial(values(random, SIZE));
    for (int step = 0; step < 3; step++) {
      state = sampler.step(state, values(random, SIZE));
    }
    float[] velocity = values(random, SIZE);
    try (TensorLatents latents = open()) {
      latents.write(state);
      backend.write(latents.velocity(Pass.CONDITIONAL), velocity, 0);
      latents.publish(new Guiding.Off(), List.of());

      latents.step(sampler.plan(3), new Guiding.Off(), List.of());

      assertThat(latents.read(4, 0).latents()).isEqualTo(sampler.step(state, velocity).latents());
    }
  }

  @Test
  void published_anyVelocity_isRoundedAsJavaRounds() {
    float[] special = {
      0f,
      -0f,
      1f,
      -1f,
      65504f,
      65519.99f,
      65520f,
      -1e9f,
      Float.POSITIVE_INFINITY,
      0x1p-14f,
      0x1.ffcp-15f,
      0x1.ffep-15f,
      0x1p-24f,
      0x1p-25f,
      0x1.000002p-25f,
      0x1.8p-24f,
      -0x1.8p-25f,
      0x1.004p0f,
      0x1.002p0f,
      0x1.006p0f,
      0x1.ffep0f,
      0x1.ffefffp0f,
      Float.MIN_VALUE
    };
    float[] velocity = new float[SIZE];
    Random random = new Random(9);
    for (int i = 0; i < SIZE; i++) {
      velocity[i] =
          i < special.length
              ? special[i]
              : Float.intBitsToFloat(random.nextInt(0x30000000, 0x47800000));
    }
    try (TensorLatents latents = open()) {
      backend.write(latents.velocity(Pass.CONDITIONAL), velocity, 0);

      latents.publish(new Guiding.Off(), List.of(new Span(0, FRAMES)));

      assertThat(latents.isPublished()).as("before anybody waits").isFalse();
      short[] found = latents.published(0);
      assertThat(latents.isPublished()).isTrue();
      int plane = HEIGHT * WIDTH;
      for (int i = 0; i < SIZE; i++) {
        int frame = i / plane % FRAMES;
        int channel = i / (plane * FRAMES);
        short at = found[(frame * CHANNELS + channel) * plane + i % plane];
        assertThat(at).as("%s", velocity[i]).isEqualTo(Float.floatToFloat16(velocity[i]));
      }
    }
  }

  @Test
  void published_guided_isTheGuidedVelocity() {
    Random random = new Random(10);
    float[] conditional = values(random, SIZE);
    float[] unconditional = values(random, SIZE);
    float[] guided = Guidance.combine(conditional, unconditional, 4.7f);
    try (TensorLatents latents = open()) {
      backend.write(latents.velocity(Pass.CONDITIONAL), conditional, 0);
      backend.write(latents.velocity(Pass.UNCONDITIONAL), unconditional, 0);

      latents.publish(new Guiding.By(4.7f), List.of(new Span(0, 1), new Span(3, 2)));

      short[] found = latents.published(1);
      int plane = HEIGHT * WIDTH;
      for (int i = 0; i < found.length; i++) {
        assertThat(found[i]).isEqualTo(Float.floatToFloat16(guided[at(i, 3, plane)]));
      }
    }
  }

  /**
   * Two steps whose slabs are all given before anything has run: the second step's must neither
   * come too late for it nor overwrite what the first still reads.
   */
  @ParameterizedTest
  @EnumSource(Transfers.class)
  void step_withSlabsGivenAhead_fusesEachAtItsStep(Transfers transfers) {
    assumeTrue(HostEmulation.isPossible(), "there is no C++ compiler for the emulation");
    Sampler sampler = Samplers.of(Solver.EULER, STEPS, 5.0);
    Random random = new Random(11);
    SamplerState state = SamplerState.initial(values(random, SIZE));
    float[] velocity = values(random, SIZE);
    List<Span> spans = List.of(new Span(0, 2), new Span(FRAMES - 2, 2));
    HostEmulation device = new HostEmulation(90, transfers);
    try (Backend emulation = CudaBackend.create(device, Precision.F32);
        TensorLatents latents = place(emulation)) {
      latents.write(state);
      emulation.write(latents.velocity(Pass.CONDITIONAL), velocity, 0);
      for (int step = 0; step < 2; step++) {
        short[] left = halves(random);
        short[] right = halves(random);

        latents.publish(new Guiding.Off(), spans);
        latents.step(
            sampler.plan(step),
            new Guiding.Off(),
            List.of(new Fusion(true, left), new Fusion(false, right)));

        float[] fused = velocity.clone();
        fuse(fused, 0, left, true);
        fuse(fused, FRAMES - 2, right, false);
        state = sampler.step(state, fused);
      }

      assertThat(latents.read(2, 0).latents()).isEqualTo(state.latents());
    }
  }

  private static TensorLatents place(Backend backend) {
    return backend.openLatents(CHANNELS, FRAMES, HEIGHT, WIDTH).orElseThrow();
  }

  private static short[] halves(Random random) {
    short[] halves = new short[2 * CHANNELS * HEIGHT * WIDTH];
    for (int i = 0; i < halves.length; i++) {
      halves[i] = Float.floatToFloat16((float) random.nextGaussian());
    }
    return halves;
  }

  /** The host's fusion of two latent frames of {@code (C, T, h, w)}. */
  private static void fuse(float[] velocity, int first, short[] other, boolean otherIsLeft) {
    int plane = HEIGHT * WIDTH;
    float[] own = new float[other.length];
    float[] theirs = new float[other.length];
    for (int i = 0; i < other.length; i++) {
      own[i] = Float.float16ToFloat(Float.floatToFloat16(velocity[at(i, first, plane)]));
      theirs[i] = Float.float16ToFloat(other[i]);
    }
    float[] fused = new float[other.length];
    OverlapFusion.fuse(
        otherIsLeft ? theirs : own, otherIsLeft ? own : theirs, 2, CHANNELS, plane, fused);
    for (int i = 0; i < other.length; i++) {
      velocity[at(i, first, plane)] = fused[i];
    }
  }

  /** Where element {@code i} of a slab {@code (O, C, plane)} lies in {@code (C, T, plane)}. */
  private static int at(int i, int first, int plane) {
    int frame = first + i / (plane * CHANNELS);
    int channel = i / plane % CHANNELS;
    return (channel * FRAMES + frame) * plane + i % plane;
  }

  @Test
  void step_withAnOverlapOfOtherSize_isRefused() {
    Sampler sampler = Samplers.of(Solver.EULER, STEPS, 5.0);
    try (TensorLatents latents = open()) {
      latents.publish(new Guiding.Off(), List.of(new Span(0, 2)));

      assertThatThrownBy(
              () ->
                  latents.step(
                      sampler.plan(0), new Guiding.Off(), List.of(new Fusion(true, new short[3]))))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage("overlap: expected %d values, found 3", 2 * CHANNELS * HEIGHT * WIDTH);
    }
  }

  /** Every call for memory or an event fails once; the driver looks in the end for what is left. */
  @Test
  void new_whenTheDriverRefuses_givesBackWhatItHad() {
    assumeTrue(HostEmulation.isPossible(), "nothing here runs CUDA kernels");
    int count = 0;
    boolean isOpened = false;
    while (!isOpened) {
      int number = ++count;
      try (HostEmulation real = new HostEmulation(90)) {
        CudaDriver driver = refusing(real, number);
        CudaMemory memory = new CudaMemory(driver);
        PinnedPool pool = new PinnedPool(driver);
        var device =
            new CudaLatents.Device(driver, new Launcher(driver), memory, new Staging(real), pool);
        try (var latents = new CudaLatents(device, CHANNELS, FRAMES, HEIGHT, WIDTH)) {
          isOpened = true;
          latents.write(SamplerState.initial(new float[SIZE]));
        } catch (IllegalStateException e) {
          assertThat(e).hasMessage("planned");
        }
      }
    }

    assertThat(count).isEqualTo(6 + 1 + 1);
  }

  private static CudaDriver refusing(CudaDriver real, int number) {
    int[] left = {number};
    return (CudaDriver)
        Proxy.newProxyInstance(
            CudaDriver.class.getClassLoader(),
            new Class<?>[] {CudaDriver.class},
            (proxy, method, arguments) -> {
              boolean takes = Set.of("allocate", "createEvent").contains(method.getName());
              if (takes && --left[0] == 0) {
                throw new IllegalStateException("planned");
              }
              try {
                return method.invoke(real, arguments);
              } catch (InvocationTargetException e) {
                throw e.getCause();
              }
            });
  }
}

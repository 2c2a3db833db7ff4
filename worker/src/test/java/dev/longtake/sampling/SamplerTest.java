package dev.longtake.sampling;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.longtake.denoise.SigmaSchedule;
import dev.longtake.denoise.SigmaTable;
import dev.longtake.denoise.TimestepRule;
import dev.longtake.plan.Solver;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

class SamplerTest {

  private static final int LENGTH = 1003;
  private static final long SEED = 20261123L;

  /** What must hold for every solver, also for one that does not exist yet. */
  static Stream<Sampler> samplers() {
    SigmaSchedule fromOne = SigmaSchedule.of(SigmaTable.EULER, TimestepRule.EXACT, 7, 3.0);
    return Stream.concat(
        Stream.of(Solver.values()).map(solver -> Samplers.of(solver, 7, 5.0)),
        Stream.of(new UniPcSampler(fromOne)));
  }

  /** The farm steps a shot chunk by chunk: each element must come out the same as in one piece. */
  @ParameterizedTest
  @MethodSource("samplers")
  void step_onPieces_givesTheSameBitsAsOnTheWhole(Sampler sampler) {
    int[] cuts = {0, 1, 17, 512, 513, LENGTH};
    float[] whole = run(sampler, 0, LENGTH).latents();

    for (int piece = 1; piece < cuts.length; piece++) {
      float[] part = run(sampler, cuts[piece - 1], cuts[piece]).latents();

      assertThat(part)
          .as("elements %d to %d, seed %d", cuts[piece - 1], cuts[piece], SEED)
          .isEqualTo(Arrays.copyOfRange(whole, cuts[piece - 1], cuts[piece]));
    }
  }

  /** A checkpoint is stepIndex, latents and history; nothing else may matter. */
  @ParameterizedTest
  @MethodSource("samplers")
  void step_afterRestartAtAnyStep_endsOnTheSameBits(Sampler sampler) {
    float[] expected = run(sampler, 0, LENGTH).latents();

    for (int restart = 0; restart < sampler.schedule().stepCount(); restart++) {
      SamplerState state = SamplerState.initial(noise(0, LENGTH));
      for (int step = 0; step < sampler.schedule().stepCount(); step++) {
        if (step == restart) {
          List<float[]> copies = state.history().stream().map(float[]::clone).toList();
          state = new SamplerState(state.stepIndex(), state.latents().clone(), copies);
        }
        state = sampler.step(state, velocity(0, LENGTH, step));
      }

      assertThat(state.latents()).as("restart at %d, seed %d", restart, SEED).isEqualTo(expected);
    }
  }

  @ParameterizedTest
  @MethodSource("samplers")
  void step_withTheTrueVelocity_endsOnTheCleanLatents(Sampler sampler) {
    float[] noise = noise(0, LENGTH);
    float[] clean = velocity(0, LENGTH, 99);
    float[] velocity = new float[LENGTH];
    float first = sampler.schedule().sigma(0);
    float[] start = new float[LENGTH];
    for (int i = 0; i < LENGTH; i++) {
      velocity[i] = noise[i] - clean[i];
      start[i] = (1 - first) * clean[i] + first * noise[i];
    }

    SamplerState state = SamplerState.initial(start);
    while (state.stepIndex() < sampler.schedule().stepCount()) {
      state = sampler.step(state, velocity);
    }

    for (int i = 0; i < LENGTH; i++) {
      // Seven float32 steps on values of about 4: rounding stays below 1e-5.
      assertThat(state.latents()[i]).isCloseTo(clean[i], within(1e-5f));
    }
  }

  /**
   * In a field that bends, {@code v = 2 x - 1}, the flow from sigma 1 to 0 is known: {@code x(0) =
   * 0.5 + (x(1) - 0.5) exp(-2)}. Twice the steps must at least halve the way to it, roughly.
   */
  @ParameterizedTest
  @EnumSource(Solver.class)
  void step_inAFieldThatBends_comesNearerWithMoreSteps(Solver solver) {
    double coarse = errorInAFieldThatBends(Samplers.of(solver, 20, 1.0));
    double fine = errorInAFieldThatBends(Samplers.of(solver, 80, 1.0));

    assertThat(coarse).isLessThan(0.05);
    assertThat(fine).isLessThan(coarse / 2.5);
  }

  private static double errorInAFieldThatBends(Sampler sampler) {
    float start = 1.5f;
    SamplerState state = SamplerState.initial(new float[] {start});
    while (state.stepIndex() < sampler.schedule().stepCount()) {
      state = sampler.step(state, new float[] {2 * state.latents()[0] - 1});
    }
    double exact = 0.5 + (start - 0.5) * Math.exp(-2 * sampler.schedule().sigma(0));
    return Math.abs(state.latents()[0] - exact);
  }

  @ParameterizedTest
  @MethodSource("samplers")
  void historyCount_atEachStep_isWhatTheStateHolds(Sampler sampler) {
    SamplerState state = SamplerState.initial(noise(0, 5));
    for (int step = 0; step < sampler.schedule().stepCount(); step++) {
      assertThat(state.history()).hasSize(sampler.historyCount(step));
      state = sampler.step(state, velocity(0, 5, step));
    }
    assertThat(state.history()).hasSize(sampler.historyCount(state.stepIndex()));
  }

  @Test
  void step_withWrongInput_isRefused() {
    var sampler = new EulerSampler(SigmaSchedule.of(SigmaTable.WAN, TimestepRule.EXACT, 1, 3.0));
    SamplerState done = sampler.step(SamplerState.initial(new float[2]), new float[2]);

    assertThatThrownBy(() -> sampler.step(done, new float[2])).hasMessageContaining("are done");
    assertThatThrownBy(() -> sampler.step(SamplerState.initial(new float[2]), new float[3]))
        .hasMessageContaining("velocity has 3 values");
    var withHistory = new SamplerState(0, new float[2], List.of(new float[2]));
    assertThatThrownBy(() -> sampler.step(withHistory, new float[2]))
        .hasMessageContaining("needs 0 history tensors");
  }

  @ParameterizedTest
  @EnumSource(SigmaTable.class)
  void schedule_ofAnyTable_fallsToZero(SigmaTable table) {
    for (int steps = 1; steps <= 60; steps++) {
      SigmaSchedule schedule = SigmaSchedule.of(table, TimestepRule.EXACT, steps, 3.0);
      for (int i = 0; i < steps; i++) {
        assertThat(schedule.sigma(i)).isGreaterThan(schedule.sigma(i + 1));
      }
      assertThat(schedule.sigma(steps)).isZero();
    }
  }

  @Test
  void schedule_outOfRange_isRefused() {
    assertThatThrownBy(() -> SigmaSchedule.of(SigmaTable.WAN, TimestepRule.EXACT, 0, 3.0))
        .hasMessageContaining("stepCount");
    assertThatThrownBy(() -> SigmaSchedule.of(SigmaTable.WAN, TimestepRule.EXACT, 4, Double.NaN))
        .hasMessageContaining("shift");
  }

  @Test
  void combine_isTheUnconditionalPlusTheScaledDifference() {
    float[] guided = Guidance.combine(new float[] {2f, 0f}, new float[] {1f, 1f}, 3f);

    assertThat(guided).containsExactly(4f, -2f);
    assertThat(Guidance.needsUnconditional(1f)).isFalse();
    assertThat(Guidance.needsUnconditional(1.5f)).isTrue();
  }

  private static org.assertj.core.data.Offset<Float> within(float offset) {
    return org.assertj.core.data.Offset.offset(offset);
  }

  private static SamplerState run(Sampler sampler, int begin, int end) {
    SamplerState state = SamplerState.initial(noise(begin, end));
    for (int step = 0; step < sampler.schedule().stepCount(); step++) {
      state = sampler.step(state, velocity(begin, end, step));
    }
    return state;
  }

  private static float[] noise(int begin, int end) {
    return velocity(begin, end, -1);
  }

  private static float[] velocity(int begin, int end, int step) {
    var random = new SplittableRandom(SEED + step);
    float[] all = new float[LENGTH];
    for (int i = 0; i < LENGTH; i++) {
      all[i] = (float) random.nextGaussian();
    }
    return Arrays.copyOfRange(all, begin, end);
  }

  /** Sigmas of five steps at shift 3: 1.00, 0.92, 0.82, 0.67, 0.43. */
  @ParameterizedTest
  @EnumSource(Solver.class)
  void of_freshNoise_renewsStepsDownToItsLevelAndThenBegins(Solver solver) {
    Sampler sampler = Samplers.of(solver, 5, 3.0, 0.8);
    Sampler plain = Samplers.of(solver, 5, 3.0);

    for (int step = 0; step < 5; step++) {
      assertThat(sampler.isRenewed(step)).isEqualTo(step < 3);
      assertThat(plain.isRenewed(step)).isFalse();
    }
    assertThat(sampler.historyCount(3)).isZero();
    float[] picture = {2f, -1f};
    float sigma = sampler.schedule().sigma(1);
    float[] velocity = {0.5f - picture[0], 0.25f - picture[1]};
    float[] latents = {picture[0] + sigma * velocity[0], picture[1] + sigma * velocity[1]};
    SamplerState next = sampler.step(new SamplerState(1, latents, List.of()), velocity);
    for (int i = 0; i < picture.length; i++) {
      assertThat(next.latents()[i])
          .isCloseTo((1 - sampler.schedule().sigma(2)) * picture[i], within(1e-6f));
    }
    assertThat(next.history()).isEmpty();
  }
}

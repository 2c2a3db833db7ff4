package dev.longtake.sampling;

import static org.assertj.core.api.Assertions.assertThat;

import dev.longtake.denoise.SigmaSchedule;
import dev.longtake.denoise.SigmaTable;
import dev.longtake.denoise.TimestepRule;
import dev.longtake.weights.Golden;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Our schedules and solvers against tables and whole trajectories of the published ones. */
class SamplerGoldenTest {

  private static final String FILE = "io/schedulers.safetensors";

  static Stream<Arguments> cases() {
    return Stream.of("euler", "unipc_current", "unipc_wan")
        .flatMap(
            kind ->
                Stream.of(3, 5)
                    .flatMap(
                        shift ->
                            Stream.of(1, 2, 4, 20, 50)
                                .map(steps -> Arguments.of(kind, shift, steps))));
  }

  @ParameterizedTest(name = "{0}, shift {1}, {2} steps")
  @MethodSource("cases")
  void schedule_ofEachKind_equalsThePublishedTable(String kind, int shift, int steps) {
    String name = "%s.shift%d.n%d.".formatted(kind, shift, steps);

    SigmaSchedule schedule = schedule(kind, shift, steps);

    float[] sigmas = new float[steps + 1];
    for (int i = 0; i <= steps; i++) {
      sigmas[i] = schedule.sigma(i);
    }
    Golden.assertClose("sigmas", sigmas, Golden.floats(FILE, name + "sigmas"), 1e-6);
    assertThat(schedule.sigma(steps)).isEqualTo(0.0f);
    assertThat(timesteps(schedule)).isEqualTo(publishedTimesteps(kind, name));
  }

  @ParameterizedTest(name = "{0}, shift {1}, {2} steps")
  @MethodSource("cases")
  void step_fromStartToEnd_followsThePublishedTrajectory(String kind, int shift, int steps) {
    Sampler sampler = sampler(kind, schedule(kind, shift, steps));
    float[] expected =
        Golden.floats(FILE, "%s.shift%d.n%d.trajectory".formatted(kind, shift, steps));
    SamplerState state = SamplerState.initial(Golden.floats(FILE, "x_init"));

    for (int step = 0; step < steps; step++) {
      state = sampler.step(state, velocity(state.latents(), sampler.schedule().timestep(step)));
      int length = state.latents().length;
      float[] row = Arrays.copyOfRange(expected, (step + 1) * length, (step + 2) * length);
      // The golden's README: 2e-5 for float32 over the whole trajectory.
      Golden.assertClose("step " + step, state.latents(), row, 2e-5);
    }

    assertThat(state.stepIndex()).isEqualTo(steps);
    assertThat(state.history()).isEqualTo(List.of());
  }

  static SigmaSchedule schedule(String kind, double shift, int steps) {
    return switch (kind) {
      case "euler" -> SigmaSchedule.of(SigmaTable.EULER, TimestepRule.EXACT, steps, shift);
      case "unipc_wan" -> SigmaSchedule.of(SigmaTable.WAN, TimestepRule.TRUNCATED, steps, shift);
      default -> SigmaSchedule.of(SigmaTable.UNIPC_CURRENT, TimestepRule.TRUNCATED, steps, shift);
    };
  }

  private static Sampler sampler(String kind, SigmaSchedule schedule) {
    return kind.equals("euler") ? new EulerSampler(schedule) : new UniPcSampler(schedule);
  }

  private static float[] timesteps(SigmaSchedule schedule) {
    float[] timesteps = new float[schedule.stepCount()];
    for (int i = 0; i < timesteps.length; i++) {
      timesteps[i] = schedule.timestep(i);
    }
    return timesteps;
  }

  private static float[] publishedTimesteps(String kind, String name) {
    if (kind.equals("euler")) {
      return Golden.floats(FILE, name + "timesteps");
    }
    long[] whole = Golden.longs(FILE, name + "timesteps");
    float[] timesteps = new float[whole.length];
    for (int i = 0; i < whole.length; i++) {
      timesteps[i] = whole[i];
    }
    return timesteps;
  }

  /** The velocity field that the goldens were made with. */
  private static float[] velocity(float[] latents, float timestep) {
    double time = timestep / 1000.0;
    float[] velocity = new float[latents.length];
    for (int i = 0; i < velocity.length; i++) {
      double x = latents[i];
      velocity[i] = (float) ((0.3 + time) * Math.tanh(x) - 0.5 * x + 0.25 * Math.cos(10.0 * time));
    }
    return velocity;
  }
}

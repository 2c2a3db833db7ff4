package dev.longtake.checkpoint;

import dev.longtake.plan.Solver;
import dev.longtake.weights.ConfigFile;
import dev.longtake.weights.DiffusersFolder;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * How a checkpoint was published to be sampled: what {@code scheduler/scheduler_config.json} says,
 * of the two schedulers of diffusers that Wan and its fine-tunes are saved with. Every key of it
 * that would change a film is used, or is a problem; a {@code solver} in {@code longtake.json}
 * stands in for all of them.
 *
 * @param solver of the denoise steps
 * @param shift of the noise levels
 * @param notes what stands in for what, a sentence each
 * @param problems why it cannot be sampled as it says, a sentence each
 */
record SchedulerSettings(Solver solver, double shift, List<String> notes, List<String> problems) {

  private static final String UNIPC = "UniPCMultistepScheduler";
  private static final String EULER = "FlowMatchEulerDiscreteScheduler";

  /** Keys of either class that have one value here, as JSON; what is absent has it. */
  private static final Map<String, String> COMMON =
      Map.of(
          "num_train_timesteps", "1000",
          "use_karras_sigmas", "false",
          "use_exponential_sigmas", "false",
          "use_beta_sigmas", "false",
          "use_dynamic_shifting", "false");

  private static final Map<String, String> OF_UNIPC =
      Map.of(
          "solver_order", "2",
          "solver_type", "\"bh2\"",
          "predict_x0", "true",
          "lower_order_final", "true",
          "disable_corrector", "[]",
          "thresholding", "false",
          "rescale_betas_zero_snr", "false",
          "final_sigmas_type", "\"zero\"",
          "shift_terminal", "null");

  private static final Map<String, String> OF_EULER =
      Map.of(
          "shift_terminal", "null",
          "invert_sigmas", "false",
          "stochastic_sampling", "false");

  /** What diffusers takes for something else where these are absent. */
  private static final Map<String, String> NEEDED_BY_UNIPC =
      Map.of("prediction_type", "\"flow_prediction\"", "use_flow_sigmas", "true");

  SchedulerSettings {
    notes = List.copyOf(notes);
    problems = List.copyOf(problems);
  }

  /**
   * Reads them.
   *
   * @param own the solver and the shift of {@code longtake.json}, which come first
   */
  static SchedulerSettings read(DiffusersFolder folder, Own own) {
    ConfigFile config = folder.scheduler();
    String named = folder.className("scheduler");
    String className = config.text("_class_name", named);
    double published = config.number(className.equals(UNIPC) ? "flow_shift" : "shift", 1.0);
    double shift = own.shift().orElse(published);
    if (own.solver().isPresent()) {
      Solver solver = own.solver().get();
      List<String> notes =
          solver == solverOf(className).orElse(null)
              ? List.of()
              : List.of(
                  "%s stands in for %s, as longtake.json says".formatted(solver.word(), className));
      return new SchedulerSettings(solver, shift, notes, List.of());
    }
    List<String> problems = new ArrayList<>();
    if (!named.equals(className)) {
      problems.add(
          "scheduler: expected one class, found %s in model_index.json and %s in"
                  .formatted(named, className)
              + " scheduler_config.json");
    }
    List<String> notes = new ArrayList<>();
    if (className.equals(EULER)) {
      notes.add(
          EULER
              + ": its steps are taken over Wan's noise levels, which stand in for its own (they"
              + " meet the shift twice, so that the last step is nearly empty)");
    }
    faults(className, config).forEach(fault -> problems.add("scheduler: " + fault));
    return new SchedulerSettings(solverOf(className).orElse(Solver.UNIPC), shift, notes, problems);
  }

  /** What {@code longtake.json} says of its own. */
  record Own(Optional<Solver> solver, Optional<Double> shift) {}

  private static Optional<Solver> solverOf(String className) {
    return switch (className) {
      case UNIPC -> Optional.of(Solver.UNIPC);
      case EULER -> Optional.of(Solver.EULER);
      default -> Optional.empty();
    };
  }

  private static List<String> faults(String className, ConfigFile config) {
    Map<String, String> expected = new LinkedHashMap<>(COMMON);
    Map<String, String> needed = Map.of();
    switch (className) {
      case UNIPC -> {
        expected.putAll(OF_UNIPC);
        needed = NEEDED_BY_UNIPC;
      }
      case EULER -> expected.putAll(OF_EULER);
      default -> {
        return List.of(
            "expected %s or %s, found %s; \"solver\" in longtake.json says what to render with"
                    .formatted(UNIPC, EULER, className)
                + " instead");
      }
    }
    List<String> faults = new ArrayList<>();
    expected.forEach((key, value) -> compare(config, key, value, value).ifPresent(faults::add));
    needed.forEach((key, value) -> compare(config, key, value, "nothing").ifPresent(faults::add));
    faults.sort(null);
    return faults;
  }

  private static Optional<String> compare(
      ConfigFile config, String key, String expected, String absent) {
    String found = config.json(key).orElse(absent);
    return found.equals(expected)
        ? Optional.empty()
        : Optional.of("%s: expected %s, found %s".formatted(key, expected, found));
  }
}

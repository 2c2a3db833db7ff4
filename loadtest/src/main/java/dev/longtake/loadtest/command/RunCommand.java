package dev.longtake.loadtest.command;

import dev.longtake.loadtest.farm.CoordinatorProcess;
import dev.longtake.loadtest.report.Figures;
import dev.longtake.loadtest.report.Page;
import dev.longtake.loadtest.report.Summary;
import dev.longtake.loadtest.run.LoadRun;
import dev.longtake.loadtest.run.Outcome;
import dev.longtake.loadtest.run.Plan;
import dev.longtake.loadtest.scenario.Scenario;
import dev.longtake.loadtest.scenario.ScenarioName;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code loadtest run}: a scenario from its start to its audit. */
@Command(
    name = "run",
    description =
        "Puts a coordinator under load, in a process of its own, and audits what it has done.",
    mixinStandardHelpOptions = true)
public final class RunCommand implements Callable<Integer> {

  private static final int FAILED = 1;
  private static final String JAVA = "-Xmx1g";

  @Spec private CommandSpec spec;

  @Parameters(paramLabel = "SCENARIO", description = "One of: ${COMPLETION-CANDIDATES}.")
  private ScenarioName scenario;

  @Option(names = "--seed", required = true, description = "Decides all that is left to chance.")
  private long seed;

  @Option(names = "--workers", paramLabel = "N", description = "Simulated workers.")
  private @Nullable Integer workers;

  @Option(
      names = "--connections",
      paramLabel = "N",
      description =
          "Connections that the workers share. Default: one each, as on a farm. The figures say"
              + " it.")
  private @Nullable Integer connections;

  @Option(names = "--stories", paramLabel = "N", description = "Stories that are submitted.")
  private @Nullable Integer stories;

  @Option(
      names = "--arrivals",
      paramLabel = "SECONDS",
      description = "In which they come, at times left to chance; 0 for all at once.")
  private @Nullable Double arrivals;

  @Option(
      names = "--chunk-time",
      paramLabel = "SECONDS",
      description = "How long a worker takes for a chunk, on average; a segment takes a quarter.")
  private @Nullable Double chunkTime;

  @Option(
      names = "--limit",
      paramLabel = "SECONDS",
      description = "After which the rest is cancelled. Default: 60, or what the scenario needs.")
  private @Nullable Double limit;

  @Option(
      names = "--warm-up",
      paramLabel = "N",
      defaultValue = "24",
      description = "Small stories rendered before anything counts. Default: ${DEFAULT-VALUE}.")
  private int warmUp;

  @Option(names = "--json", paramLabel = "FILE", description = "Writes the figures there.")
  private @Nullable Path json;

  @Option(
      names = "--report",
      paramLabel = "DIR",
      description = "Writes index.html and its pictures there.")
  private @Nullable Path report;

  @Mixin private Workplace workplace = new Workplace();

  /** The command. */
  public RunCommand() {}

  @Override
  public Integer call() {
    Scenario chosen = chosen();
    int lines = connections == null ? chosen.workers() : connections;
    if (lines < 1 || lines > chosen.workers()) {
      throw new ParameterException(
          spec.commandLine(),
          "--connections: expected 1 to %d, found %d".formatted(chosen.workers(), lines));
    }
    Plan plan = new Plan(chosen, seed, lines, warmUp);
    Outcome outcome = workplace.use(JAVA, start -> run(plan, start));
    PrintWriter out = spec.commandLine().getOut();
    Summary.of(outcome).forEach(out::println);
    if (json != null) {
      Figures.write(Figures.of(outcome), json);
    }
    if (report != null) {
      Page.write(outcome, report);
    }
    return outcome.isPassed() ? 0 : FAILED;
  }

  private Scenario chosen() {
    try {
      return Scenario.of(
          scenario,
          new Scenario.Changes(
              Optional.ofNullable(workers),
              Optional.ofNullable(stories),
              Optional.ofNullable(arrivals).map(RunCommand::seconds),
              Optional.ofNullable(chunkTime).map(RunCommand::seconds),
              Optional.ofNullable(limit).map(RunCommand::seconds)));
    } catch (IllegalArgumentException e) {
      throw new ParameterException(spec.commandLine(), e.getMessage(), e);
    }
  }

  private static Duration seconds(double seconds) {
    return Duration.ofNanos((long) (seconds * 1e9));
  }

  private Outcome run(Plan plan, CoordinatorProcess.Start start) {
    PrintWriter err = spec.commandLine().getErr();
    err.println("starting the coordinator ...");
    try (var run = new LoadRun(plan, start, err::println)) {
      return run.run();
    }
  }
}

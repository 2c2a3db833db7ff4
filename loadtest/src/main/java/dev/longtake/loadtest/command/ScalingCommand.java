package dev.longtake.loadtest.command;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.longtake.loadtest.farm.CoordinatorProcess;
import dev.longtake.loadtest.report.Figures;
import dev.longtake.loadtest.report.ScalingFigures;
import dev.longtake.loadtest.run.Machine;
import dev.longtake.loadtest.run.ScalingRun;
import dev.longtake.loadtest.scaling.Fit;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code loadtest scaling}: how much faster more workers are. */
@Command(
    name = "scaling",
    description = {
      "Predicts how much faster a film is done on 1 to 1,024 GPUs, by model and network.",
      "With --measure it first renders with 1 to 8 real workers on this machine, fits the model to"
          + " some of them and checks it against the others: some minutes, on a machine that does"
          + " nothing else."
    },
    mixinStandardHelpOptions = true)
public final class ScalingCommand implements Callable<Integer> {

  private static final String JAVA = "-Xmx512m";
  private static final List<Integer> FITTED = List.of(1, 2, 4, 8);
  private static final List<Integer> HELD_OUT = List.of(3, 6);

  @Spec private CommandSpec spec;

  @Option(names = "--measure", description = "Renders with real workers, and checks the model.")
  private boolean isMeasuring;

  @Option(
      names = "--rounds",
      paramLabel = "N",
      defaultValue = "3",
      description =
          "Films for each number of workers, of which the median counts. Default:"
              + " ${DEFAULT-VALUE}.")
  private int rounds;

  @Option(
      names = "--coordinators",
      paramLabel = "N",
      defaultValue = "1",
      description = "Coordinators that slabs are spread over. Default: ${DEFAULT-VALUE}.")
  private int coordinators;

  @Option(
      names = "--slab-speed",
      paramLabel = "MB/S",
      defaultValue = "400",
      description =
          "Slabs that one coordinator takes in and gives out again: its cores divided by the"
              + " processor time a megabyte that `exchange` shows. Default: ${DEFAULT-VALUE}.")
  private double slabSpeed;

  @Option(
      names = "--slab-millis",
      paramLabel = "MS",
      defaultValue = "12",
      description =
          "From publishing a slab of a megabyte until the neighbour has it, as `exchange` shows it."
              + " Default: ${DEFAULT-VALUE}.")
  private double slabMillis;

  @Option(
      names = "--film-pixels",
      paramLabel = "N",
      defaultValue = "12000000",
      description = "Pixels that a coordinator makes film of, a second. Default: ${DEFAULT-VALUE}.")
  private double filmPixels;

  @Option(names = "--json", paramLabel = "FILE", description = "Writes the figures there.")
  private @Nullable Path json;

  @Mixin private Workplace workplace = new Workplace();

  /** The command. */
  public ScalingCommand() {}

  @Override
  public Integer call() {
    if (rounds < 1 || coordinators < 1 || !(slabSpeed > 0 && slabMillis >= 0 && filmPixels > 0)) {
      throw new ParameterException(
          spec.commandLine(),
          "expected --rounds and --coordinators of 1 or more, and speeds and times above 0, found"
              + " less");
    }
    PrintWriter out = spec.commandLine().getOut();
    var farm = new ScalingFigures.Farm(slabMillis / 1000, slabSpeed, coordinators, filmPixels);
    ObjectNode figures = ScalingFigures.of(farm);
    if (isMeasuring) {
      ScalingFigures.Check check = workplace.use(JAVA, this::measure);
      ScalingFigures.check(check).forEach(out::println);
      ScalingFigures.add(figures, check, Machine.here(), Machine.load());
    }
    ScalingFigures.predictions(farm).forEach(out::println);
    if (json != null) {
      Figures.write(figures, json);
    }
    return 0;
  }

  private ScalingFigures.Check measure(CoordinatorProcess.Start start) {
    var run = new ScalingRun(start, rounds, spec.commandLine().getErr()::println);
    List<Fit.Point> fitted = run.measure(FITTED);
    List<Fit.Point> heldOut = run.measure(HELD_OUT);
    Fit fit = Fit.of(fitted, ScalingRun.FILM, Runtime.getRuntime().availableProcessors());
    return new ScalingFigures.Check(fit, fitted, heldOut);
  }
}

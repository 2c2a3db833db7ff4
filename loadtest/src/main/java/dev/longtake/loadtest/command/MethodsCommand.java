package dev.longtake.loadtest.command;

import dev.longtake.loadtest.methods.Comparison;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code loadtest methods}: how films hold together that are made as others make them. */
@Command(
    name = "methods",
    description = {
      "Makes shots by the farm's method, by those of others and with anchors, in one engine with"
          + " the same weights, seeds and steps, and measures all films with the same gauges.",
      "Renders on this machine's processor: about a minute for 10 s of film and all methods."
    },
    mixinStandardHelpOptions = true)
public final class MethodsCommand implements Callable<Integer> {

  private static final int SECONDS_MAX = 600;

  @Spec private CommandSpec spec;

  @Parameters(
      paramLabel = "STORY",
      arity = "0..*",
      description = "Story files; each of their shots becomes a film of its own.")
  private List<Path> stories = List.of();

  @Option(
      names = "--shots",
      paramLabel = "ID",
      split = ",",
      description = "Only these shots. Default: all.")
  private List<String> shots = List.of();

  @Option(
      names = "--seconds",
      paramLabel = "N",
      split = ",",
      defaultValue = "10",
      description = "Lengths of the films. Default: ${DEFAULT-VALUE}.")
  private List<Integer> seconds;

  @Option(
      names = "--seeds",
      paramLabel = "N",
      defaultValue = "3",
      description = "Films of each shot and length, from seeds 1 to N. Default: ${DEFAULT-VALUE}.")
  private int seeds;

  @Option(
      names = "--methods",
      paramLabel = "WORD",
      split = ",",
      description = "Only these methods, and ours. Default: all.")
  private List<String> methods = List.of();

  @Option(names = "--list", description = "Prints the methods, and renders nothing.")
  private boolean isListing;

  @Option(
      names = "--join",
      paramLabel = "DIR",
      split = ",",
      description = "Renders nothing: what these earlier comparisons found becomes one.")
  private List<Path> joined = List.of();

  @Option(
      names = "--model",
      paramLabel = "DIR",
      description = "The checkpoint. Default: the bundled one.")
  private @Nullable Path model;

  @Option(
      names = "--threads",
      paramLabel = "N",
      description = "Threads that compute. Default: one for each processor.")
  private @Nullable Integer threads;

  @Option(
      names = "--out",
      paramLabel = "DIR",
      defaultValue = "methods",
      description = "Figures, tables, plots and strips go there. Default: ${DEFAULT-VALUE}.")
  private Path out;

  /** The command. */
  public MethodsCommand() {}

  @Override
  public Integer call() {
    PrintWriter to = spec.commandLine().getOut();
    if (isListing) {
      Comparison.methods().forEach(to::println);
      return 0;
    }
    if (!joined.isEmpty()) {
      to.println(Comparison.join(joined, out).strip());
      return 0;
    }
    if (stories.isEmpty()) {
      throw new ParameterException(spec.commandLine(), "expected a story file");
    }
    int threadCount = threads == null ? Runtime.getRuntime().availableProcessors() : threads;
    if (seeds < 1
        || threadCount < 1
        || seconds.stream().anyMatch(it -> it < 1 || it > SECONDS_MAX)) {
      throw new ParameterException(
          spec.commandLine(),
          "expected --seeds and --threads of 1 or more, and --seconds from 1 to " + SECONDS_MAX);
    }
    var wish =
        new Comparison.Wish(
            model == null ? bundled() : model,
            stories,
            shots,
            seconds,
            seeds,
            methods,
            threadCount);
    to.println(Comparison.run(wish, out, spec.commandLine().getErr()::println).strip());
    return 0;
  }

  private static Path bundled() {
    return Path.of(System.getProperty("longtake.home", "."), "worker", "model", "toybox");
  }
}

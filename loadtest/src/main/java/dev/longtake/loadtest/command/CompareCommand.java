package dev.longtake.loadtest.command;

import com.fasterxml.jackson.databind.JsonNode;
import dev.longtake.loadtest.report.Comparison;
import dev.longtake.loadtest.report.Figures;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code loadtest compare}: figure by figure. */
@Command(
    name = "compare",
    description = "Says how the figures of two runs differ.",
    mixinStandardHelpOptions = true)
public final class CompareCommand implements Callable<Integer> {

  @Spec private CommandSpec spec;

  @Parameters(index = "0", paramLabel = "A", description = "Figures that run --json wrote.")
  private Path first;

  @Parameters(index = "1", paramLabel = "B", description = "Those of another run.")
  private Path second;

  /** The command. */
  public CompareCommand() {}

  @Override
  public Integer call() {
    JsonNode left = Figures.read(first);
    JsonNode right = Figures.read(second);
    PrintWriter out = spec.commandLine().getOut();
    Comparison.of(left, right).forEach(out::println);
    return Comparison.passed(left) && Comparison.passed(right) ? 0 : 1;
  }
}

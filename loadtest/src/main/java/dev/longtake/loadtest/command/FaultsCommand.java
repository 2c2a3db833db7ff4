package dev.longtake.loadtest.command;

import dev.longtake.loadtest.faults.FaultSeries;
import dev.longtake.loadtest.faults.FaultTable;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code loadtest faults}: real processes, broken and mended. */
@Command(
    name = "faults",
    description = {
      "Renders a story for each seed on a farm of real processes (three coordinators, PostgreSQL, a"
          + " bucket, three workers), breaks two things of it meanwhile, and judges what happened.",
      "Histories stay in DIR/seed-N/history.jsonl."
    },
    mixinStandardHelpOptions = true)
public final class FaultsCommand implements Callable<Integer> {

  private static final int FAILED = 1;

  @Spec private CommandSpec spec;

  @Option(names = "--seed", required = true, description = "The first: what is broken, and when.")
  private long seed;

  @Option(
      names = "--seeds",
      paramLabel = "N",
      defaultValue = "1",
      description = "How many, one after the other. Default: ${DEFAULT-VALUE}.")
  private int seeds;

  @Option(
      names = "--data",
      paramLabel = "DIR",
      required = true,
      description = "For the farm, the films and the histories; kept.")
  private Path data;

  /** The command. */
  public FaultsCommand() {}

  @Override
  public Integer call() {
    PrintWriter out = spec.commandLine().getOut();
    Path home = Path.of(System.getProperty("longtake.home", ".")).toAbsolutePath();
    var series =
        new FaultSeries(
            home,
            data,
            line -> {
              out.println(line);
              out.flush();
            });
    boolean isKept = series.run(seed, seeds);
    FaultTable.of(series.costs()).forEach(out::println);
    out.println(isKept ? "all promises kept" : "promises were broken: see above");
    return isKept ? 0 : FAILED;
  }
}

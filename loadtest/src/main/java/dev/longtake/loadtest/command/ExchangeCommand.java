package dev.longtake.loadtest.command;

import dev.longtake.loadtest.exchange.ExchangeBench;
import dev.longtake.loadtest.exchange.Measured;
import dev.longtake.loadtest.report.ExchangeFigures;
import dev.longtake.loadtest.report.Figures;
import dev.longtake.loadtest.run.Machine;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code loadtest exchange}: what slabs take on their way. */
@Command(
    name = "exchange",
    description =
        "Carries slabs of three models through LatentService and its stores, and through the bare"
            + " libraries beside them: speed and latency, about a minute.",
    mixinStandardHelpOptions = true)
public final class ExchangeCommand implements Callable<Integer> {

  private static final String JAVA = "-Xmx2g";

  @Spec private CommandSpec spec;

  @Option(names = "--json", paramLabel = "FILE", description = "Writes the figures there.")
  private @Nullable Path json;

  @Mixin private Workplace workplace = new Workplace();

  /** The command. */
  public ExchangeCommand() {}

  @Override
  public Integer call() {
    PrintWriter out = spec.commandLine().getOut();
    PrintWriter err = spec.commandLine().getErr();
    List<Measured> all = workplace.use(JAVA, start -> new ExchangeBench(start, err::println).run());
    ExchangeFigures.lines(all).forEach(out::println);
    if (json != null) {
      Figures.write(ExchangeFigures.of(all, Machine.here(), Machine.load()), json);
    }
    return 0;
  }
}

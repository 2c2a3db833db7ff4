package dev.longtake.loadtest;

import dev.longtake.error.ErrorKind;
import dev.longtake.error.LongtakeException;
import dev.longtake.loadtest.command.CompareCommand;
import dev.longtake.loadtest.command.ExchangeCommand;
import dev.longtake.loadtest.command.FaultsCommand;
import dev.longtake.loadtest.command.MethodsCommand;
import dev.longtake.loadtest.command.RunCommand;
import dev.longtake.loadtest.command.ScalingCommand;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The {@code loadtest} program. */
@Command(
    name = "loadtest",
    description = "Finds out on this machine what a farm of any size would do.",
    mixinStandardHelpOptions = true,
    synopsisSubcommandLabel = "COMMAND",
    footer = {
      "",
      "Exit status: 0 all holds, 1 an invariant does not or the run failed, 2 wrong use."
    })
public final class Main implements Runnable {

  private static final int FAILED = 1;

  @Spec private CommandSpec spec;

  private Main() {}

  public static void main(String[] arguments) {
    System.exit(commandLine().execute(arguments));
  }

  private static CommandLine commandLine() {
    CommandLine commands = new CommandLine(new Main());
    commands.addSubcommand(new RunCommand());
    commands.addSubcommand(new CompareCommand());
    commands.addSubcommand(new ExchangeCommand());
    commands.addSubcommand(new ScalingCommand());
    commands.addSubcommand(new FaultsCommand());
    commands.addSubcommand(new MethodsCommand());
    commands.setUsageHelpAutoWidth(true);
    commands.setCaseInsensitiveEnumValuesAllowed(true);
    commands.setExecutionExceptionHandler(
        (failure, command, parsed) -> onFailure(failure, command));
    return commands;
  }

  private static int onFailure(Exception failure, CommandLine command) throws Exception {
    if (failure instanceof LongtakeException known && known.code().kind() != ErrorKind.BUG) {
      command.getErr().println("loadtest: " + known.getMessage());
      return FAILED;
    }
    throw failure;
  }

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "expected a command");
  }
}

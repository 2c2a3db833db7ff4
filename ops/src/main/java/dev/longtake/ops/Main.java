package dev.longtake.ops;

import dev.longtake.error.LongtakeException;
import dev.longtake.ops.command.CancelCommand;
import dev.longtake.ops.command.CoordinatorCommand;
import dev.longtake.ops.command.DoctorCommand;
import dev.longtake.ops.command.FetchCommand;
import dev.longtake.ops.command.ListCommand;
import dev.longtake.ops.command.LongtakeCommand;
import dev.longtake.ops.command.ModelCommand;
import dev.longtake.ops.command.PlanCommand;
import dev.longtake.ops.command.RenderCommand;
import dev.longtake.ops.command.RetryCommand;
import dev.longtake.ops.command.SubmitCommand;
import dev.longtake.ops.command.WatchCommand;
import dev.longtake.ops.command.WorkerCommand;
import dev.longtake.ops.console.Console;
import dev.longtake.ops.console.ExitCode;
import dev.longtake.ops.option.NumberOptions;
import dev.longtake.serial.SerialFilter;
import dev.longtake.story.yaml.FileNames;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.function.BooleanSupplier;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.TypeConversionException;
import picocli.CommandLine.UnmatchedArgumentException;

/** The {@code longtake} program. */
public final class Main {

  private Main() {}

  public static void main(String[] arguments) {
    SerialFilter.install();
    System.exit(commandLine(Console.system()).execute(arguments));
  }

  public static CommandLine commandLine(Console console) {
    LongtakeCommand root = new LongtakeCommand();
    CommandLine commands = new CommandLine(root);
    InstantSource clock = InstantSource.system();
    commands.addSubcommand(new RenderCommand(console, clock));
    commands.addSubcommand(new PlanCommand(console));
    commands.addSubcommand(new ModelCommand(console));
    commands.addSubcommand(new CoordinatorCommand(console));
    commands.addSubcommand(new WorkerCommand(console));
    commands.addSubcommand(new SubmitCommand(console));
    commands.addSubcommand(new WatchCommand(console, clock));
    commands.addSubcommand(new ListCommand(console));
    commands.addSubcommand(new CancelCommand(console));
    commands.addSubcommand(new RetryCommand(console));
    commands.addSubcommand(new FetchCommand(console));
    commands.addSubcommand(new DoctorCommand(console));
    return prepared(commands, console, () -> root.debug);
  }

  /**
   * Gives commands the ways that all of ours have: how they print, what they do with what nobody
   * can use, and what they end with.
   *
   * @param isDebug whether failures are told with all that developers want to know
   */
  public static CommandLine prepared(
      CommandLine commands, Console console, BooleanSupplier isDebug) {
    NumberOptions.register(commands);
    commands.registerConverter(Path.class, Main::path);
    commands.setOut(console.out());
    commands.setErr(console.err());
    commands.setColorScheme(CommandLine.Help.defaultColorScheme(console.ansi()));
    commands.setUsageHelpAutoWidth(true);
    commands.setCaseInsensitiveEnumValuesAllowed(true);
    commands.setParameterExceptionHandler((failure, line) -> onWrongUse(console, failure));
    commands.setExecutionExceptionHandler(
        (failure, command, parsed) -> onFailure(console, failure, isDebug.getAsBoolean()));
    return commands;
  }

  private static Path path(String written) {
    try {
      return Path.of(written);
    } catch (InvalidPathException e) {
      throw new TypeConversionException("expected a path, found " + FileNames.unreadable());
    }
  }

  private static int onWrongUse(Console console, ParameterException failure) {
    String command = failure.getCommandLine().getCommandSpec().qualifiedName();
    console.error(String.valueOf(failure.getMessage()));
    if (!UnmatchedArgumentException.printSuggestions(failure, console.err())) {
      console.tell("See %s --help".formatted(command));
    }
    return ExitCode.WRONG_USE;
  }

  private static int onFailure(Console console, Exception failure, boolean debug) {
    if (debug) {
      failure.printStackTrace(console.err());
    }
    if (failure instanceof LongtakeException known) {
      console.error(known.getMessage());
      return ExitCode.of(known.code());
    }
    console.error(
        "this should not have happened: %s (run it again with --debug to see where)"
            .formatted(failure));
    return ExitCode.FAILED;
  }
}

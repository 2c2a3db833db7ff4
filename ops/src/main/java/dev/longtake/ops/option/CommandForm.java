package dev.longtake.ops.option;

import dev.longtake.error.LongtakeException;
import dev.longtake.ops.console.Console;
import dev.longtake.ops.console.ExitCode;
import dev.longtake.story.yaml.FileNames;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.function.BooleanSupplier;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.TypeConversionException;
import picocli.CommandLine.UnmatchedArgumentException;

/** What all commands of all programs have in common. */
public final class CommandForm {

  private CommandForm() {}

  /**
   * Gives commands the ways that all of ours have: how they print, what they do with what nobody
   * can use, and what they end with.
   *
   * @param isDebug whether failures are told with all that developers want to know
   */
  public static CommandLine given(CommandLine commands, Console console, BooleanSupplier isDebug) {
    NumberOptions.register(commands);
    commands.registerConverter(Path.class, CommandForm::path);
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

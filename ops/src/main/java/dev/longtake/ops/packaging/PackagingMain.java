package dev.longtake.ops.packaging;

import dev.longtake.ops.console.Console;
import dev.longtake.ops.option.CommandForm;
import picocli.CommandLine;

/** The Java side of {@code ops/package}. */
final class PackagingMain {

  private PackagingMain() {}

  static void main(String[] arguments) {
    Console console = Console.system();
    CommandLine commands = new CommandLine(new PackagingCommand());
    System.exit(CommandForm.given(commands, console, () -> false).execute(arguments));
  }
}

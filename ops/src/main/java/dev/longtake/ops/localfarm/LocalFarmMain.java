package dev.longtake.ops.localfarm;

import dev.longtake.ops.console.Console;
import dev.longtake.ops.option.CommandForm;
import java.nio.file.Path;
import picocli.CommandLine;

/** The {@code ops/local-farm} program. */
final class LocalFarmMain {

  private LocalFarmMain() {}

  static void main(String[] arguments) {
    Console console = Console.system();
    Path home = Path.of(System.getProperty("longtake.home", "")).toAbsolutePath();
    CommandLine commands = new CommandLine(new LocalFarmCommand(console, home));
    System.exit(CommandForm.given(commands, console, () -> false).execute(arguments));
  }
}

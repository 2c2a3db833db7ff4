package dev.longtake.ops.localfarm;

import dev.longtake.ops.Main;
import dev.longtake.ops.console.Console;
import java.nio.file.Path;
import picocli.CommandLine;

/** The {@code ops/local-farm} program. */
public final class LocalFarmMain {

  private LocalFarmMain() {}

  public static void main(String[] arguments) {
    Console console = Console.system();
    Path home = Path.of(System.getProperty("longtake.home", "")).toAbsolutePath();
    CommandLine commands = new CommandLine(new LocalFarmCommand(console, home));
    System.exit(Main.prepared(commands, console, () -> false).execute(arguments));
  }
}

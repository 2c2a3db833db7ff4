package dev.longtake.ops.command;

import dev.longtake.ops.console.Version;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;

/** The command by itself: help and version. */
@Command(
    name = "longtake",
    description = "Renders a story into a film, on this machine or on a farm of many.",
    versionProvider = Version.class,
    mixinStandardHelpOptions = true,
    synopsisSubcommandLabel = "COMMAND",
    footer = {"", "Exit status: 0 done, 1 it failed, 2 wrong use, 3 the farm is not to be had."},
    scope = ScopeType.LOCAL,
    subcommands = {})
public final class LongtakeCommand implements Runnable {

  @Spec private CommandSpec spec;

  @Option(
      names = "--debug",
      scope = ScopeType.INHERIT,
      description = "Print where in the program a failure happened.")
  public boolean debug;

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "expected a command");
  }
}

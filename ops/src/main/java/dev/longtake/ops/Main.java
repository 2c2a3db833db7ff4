package dev.longtake.ops;

import dev.longtake.ops.access.AuditCommand;
import dev.longtake.ops.access.CertsCommand;
import dev.longtake.ops.access.TokensCommand;
import dev.longtake.ops.command.CancelCommand;
import dev.longtake.ops.command.CoordinatorCommand;
import dev.longtake.ops.command.DoctorCommand;
import dev.longtake.ops.command.ExplainCommand;
import dev.longtake.ops.command.FetchCommand;
import dev.longtake.ops.command.ListCommand;
import dev.longtake.ops.command.LongtakeCommand;
import dev.longtake.ops.command.ModelCommand;
import dev.longtake.ops.command.PlanCommand;
import dev.longtake.ops.command.RenderCommand;
import dev.longtake.ops.command.ReportCommand;
import dev.longtake.ops.command.RetryCommand;
import dev.longtake.ops.command.SubmitCommand;
import dev.longtake.ops.command.TenantsCommand;
import dev.longtake.ops.command.WatchCommand;
import dev.longtake.ops.command.WorkerCommand;
import dev.longtake.ops.command.WorkersCommand;
import dev.longtake.ops.console.Console;
import dev.longtake.ops.logs.LogsCommand;
import dev.longtake.ops.option.CommandForm;
import dev.longtake.serial.SerialFilter;
import java.time.InstantSource;
import picocli.CommandLine;

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
    commands.addSubcommand(new ReportCommand(console));
    commands.addSubcommand(new PlanCommand(console));
    commands.addSubcommand(new ModelCommand(console));
    commands.addSubcommand(new CoordinatorCommand(console));
    commands.addSubcommand(new WorkerCommand(console));
    commands.addSubcommand(new SubmitCommand(console));
    commands.addSubcommand(new WatchCommand(console, clock));
    commands.addSubcommand(new ListCommand(console));
    commands.addSubcommand(new ExplainCommand(console));
    commands.addSubcommand(new LogsCommand(console));
    commands.addSubcommand(new CancelCommand(console));
    commands.addSubcommand(new RetryCommand(console));
    commands.addSubcommand(new FetchCommand(console));
    commands.addSubcommand(
        new CommandLine(new WorkersCommand(console))
            .addSubcommand(new WorkersCommand.Drain(console))
            .addSubcommand(new WorkersCommand.Quarantine(console))
            .addSubcommand(new WorkersCommand.Release(console)));
    commands.addSubcommand(new TenantsCommand(console));
    commands.addSubcommand(new CertsCommand(console, clock));
    commands.addSubcommand(new TokensCommand(console, clock));
    commands.addSubcommand(new AuditCommand(console));
    commands.addSubcommand(new DoctorCommand(console));
    return CommandForm.given(commands, console, () -> root.debug);
  }
}

package dev.longtake.ops.command;

import dev.longtake.ops.console.Console;
import dev.longtake.ops.console.ExitCode;
import dev.longtake.ops.console.LogSetup;
import dev.longtake.ops.json.FindingJson;
import dev.longtake.ops.json.JsonLine;
import dev.longtake.worker.Doctor;
import dev.longtake.worker.Doctor.Finding;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(
    name = "doctor",
    description = "Says what this machine can render with, and tries each device for a second.",
    mixinStandardHelpOptions = true)
public final class DoctorCommand implements Callable<Integer> {

  @Option(names = "--json", description = "Print each finding as one JSON object a line.")
  private boolean json;

  private final Console console;

  public DoctorCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() {
    LogSetup.toStandardError();
    Doctor doctor = new Doctor(Runtime.getRuntime().availableProcessors(), System::nanoTime);
    List<Finding> findings = doctor.examine();
    int width = findings.stream().mapToInt(it -> it.subject().length()).max().orElse(0);
    for (Finding finding : findings) {
      console.print(json ? JsonLine.of(FindingJson.of(finding)) : line(finding, width));
    }
    boolean failed = findings.stream().anyMatch(it -> it.state() == Doctor.State.FAILED);
    return failed ? ExitCode.FAILED : ExitCode.OK;
  }

  private static String line(Finding finding, int width) {
    String row = "%-6s  %-" + width + "s  %s";
    return row.formatted(Doctor.label(finding.state()), finding.subject(), finding.detail());
  }
}

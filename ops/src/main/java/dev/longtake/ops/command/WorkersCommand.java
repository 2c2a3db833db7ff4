package dev.longtake.ops.command;

import dev.longtake.client.FleetClient;
import dev.longtake.error.ErrorCode;
import dev.longtake.error.LongtakeException;
import dev.longtake.lease.WorkerMark;
import dev.longtake.lease.WorkerStatus;
import dev.longtake.ops.console.Console;
import dev.longtake.ops.console.ExitCode;
import dev.longtake.ops.json.JsonLine;
import dev.longtake.ops.json.WorkerJson;
import dev.longtake.ops.option.CoordinatorOption;
import dev.longtake.words.DurationText;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
    name = "workers",
    description = "Lists a farm's workers, and what is held against them.",
    mixinStandardHelpOptions = true)
public final class WorkersCommand implements Callable<Integer> {

  @Mixin private CoordinatorOption coordinator;

  @Option(names = "--json", description = "Print each worker as one JSON object a line.")
  private boolean json;

  private final Console console;

  public WorkersCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() {
    List<WorkerStatus> workers;
    try (FleetClient fleet = coordinator.connectToFleet()) {
      workers = fleet.workers();
    }
    if (json) {
      workers.forEach(worker -> console.print(JsonLine.of(WorkerJson.of(worker))));
    } else if (workers.isEmpty()) {
      console.tell("no workers");
    } else {
      WorkerLines.of(workers).forEach(console::print);
    }
    return ExitCode.OK;
  }

  /** Says something of one worker to the farm. */
  public abstract static class OfOne implements Callable<Integer> {

    @Parameters(paramLabel = "ID", description = "The worker's id.")
    private String workerId;

    @Option(
        names = "--reason",
        paramLabel = "TEXT",
        required = true,
        description = "Why; kept and shown.")
    private String reason;

    @Mixin private CoordinatorOption coordinator;

    private final Console console;

    private OfOne(Console console) {
      this.console = console;
    }

    @Override
    public Integer call() {
      try (FleetClient fleet = coordinator.connectToFleet()) {
        console.tell(say(fleet, workerId, reason));
      }
      return ExitCode.OK;
    }

    abstract String say(FleetClient fleet, String id, String why);
  }

  @Command(
      name = "drain",
      description = "Has a worker finish what it holds and get nothing new, until it is released.",
      mixinStandardHelpOptions = true)
  public static final class Drain extends OfOne {

    public Drain(Console console) {
      super(console);
    }

    @Override
    String say(FleetClient fleet, String id, String why) {
      WorkerMark mark = fleet.drain(id, why);
      return "%s gets nothing new until it is released".formatted(mark.workerId());
    }
  }

  @Command(
      name = "quarantine",
      description = "Gives what a worker holds to others, and it nothing new.",
      mixinStandardHelpOptions = true)
  public static final class Quarantine extends OfOne {

    @Option(
        names = "--for",
        paramLabel = "TIME",
        description = "How long, as 30m or 12h. Default: until it is released.")
    private String length = "";

    public Quarantine(Console console) {
      super(console);
    }

    @Override
    String say(FleetClient fleet, String id, String why) {
      WorkerMark mark = fleet.quarantine(id, why, time());
      return "%s gets nothing new until %s"
          .formatted(mark.workerId(), mark.until().map(Object::toString).orElse("it is released"));
    }

    private Optional<Duration> time() {
      if (length.isEmpty()) {
        return Optional.empty();
      }
      return Optional.of(
          DurationText.parse(length)
              .orElseThrow(
                  () ->
                      new LongtakeException(
                          ErrorCode.CONFIGURATION_INVALID,
                          "--for: expected a time such as 30m or 12h, found \"%s\""
                              .formatted(length))));
    }
  }

  @Command(
      name = "release",
      description = "Gives a drained or quarantined worker work again.",
      mixinStandardHelpOptions = true)
  public static final class Release extends OfOne {

    public Release(Console console) {
      super(console);
    }

    @Override
    String say(FleetClient fleet, String id, String why) {
      WorkerMark mark = fleet.release(id, why);
      return "%s gets work again; it was %s: %s"
          .formatted(mark.workerId(), mark.kind().word(), mark.reason());
    }
  }
}

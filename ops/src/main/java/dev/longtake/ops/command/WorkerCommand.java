package dev.longtake.ops.command;

import dev.longtake.error.ErrorCode;
import dev.longtake.error.LongtakeException;
import dev.longtake.ops.console.Console;
import dev.longtake.ops.console.ExitCode;
import dev.longtake.ops.console.LogSetup;
import dev.longtake.ops.option.CoordinatorOption;
import dev.longtake.ops.option.DeviceOption;
import dev.longtake.ops.option.ModelOption;
import dev.longtake.worker.Worker;
import dev.longtake.worker.WorkerConfig;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
    name = "worker",
    description = "Runs a worker until it is stopped; it dials the coordinator.",
    mixinStandardHelpOptions = true)
public final class WorkerCommand implements Callable<Integer> {

  @Mixin private CoordinatorOption coordinator;
  @Mixin private ModelOption model;
  @Mixin private DeviceOption device;

  @Option(
      names = "--threads",
      paramLabel = "N",
      description = "Engine threads of the processor. Default: all processors.")
  private @Nullable Integer threads;

  @Option(
      names = "--id",
      paramLabel = "ID",
      description = "Its name, the same over restarts. Default: the machine's and the process's.")
  private @Nullable String id;

  @Option(
      names = "--metrics-port",
      paramLabel = "N",
      defaultValue = "-1",
      description = "Where /metrics is answered; 0 for any free port. Default: -1, none.")
  private int metricsPort;

  private final Console console;

  public WorkerCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() throws InterruptedException {
    LogSetup.toStandardError();
    WorkerConfig config = config();
    Worker worker = Worker.start(config);
    Runtime.getRuntime()
        .addShutdownHook(Thread.ofPlatform().name("shutdown").unstarted(worker::close));
    console.print("worker %s, dialling %s".formatted(config.workerId(), coordinator.address));
    if (worker.metricsPort() >= 0) {
      console.print("metrics on http://127.0.0.1:%d/metrics".formatted(worker.metricsPort()));
    }
    return switch (worker.awaitTermination()) {
      case CLOSED, DRAINED -> ExitCode.OK;
      case SUPERSEDED -> {
        console.error(
            "another process with the worker id %s took its place".formatted(config.workerId()));
        yield ExitCode.FAILED;
      }
    };
  }

  private WorkerConfig config() {
    try {
      return new WorkerConfig(
          id == null ? defaultId() : id,
          coordinator.address.host(),
          coordinator.address.port(),
          model.folder(),
          device.device(),
          threads == null ? Runtime.getRuntime().availableProcessors() : threads,
          metricsPort);
    } catch (IllegalArgumentException e) {
      throw new LongtakeException(
          ErrorCode.CONFIGURATION_INVALID, String.valueOf(e.getMessage()), e);
    }
  }

  private static String defaultId() {
    String machine;
    try {
      machine = InetAddress.getLocalHost().getHostName();
    } catch (UnknownHostException e) {
      machine = "worker";
    }
    String name = machine.replaceAll("[^A-Za-z0-9._-]", "-");
    return name.substring(0, Math.min(40, name.length())) + "-" + ProcessHandle.current().pid();
  }
}

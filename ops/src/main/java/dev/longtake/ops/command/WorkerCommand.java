package dev.longtake.ops.command;

import dev.longtake.client.Address;
import dev.longtake.client.Addresses;
import dev.longtake.config.Overrides;
import dev.longtake.ops.console.Console;
import dev.longtake.ops.console.ExitCode;
import dev.longtake.ops.console.Signals;
import dev.longtake.ops.option.AddressesConverter;
import dev.longtake.ops.option.ConfigOptions;
import dev.longtake.ops.option.DeviceOption;
import dev.longtake.ops.option.ModelOption;
import dev.longtake.ops.option.TlsOption;
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

  @Mixin private ConfigOptions configOptions;

  @Option(
      names = "--coordinator",
      paramLabel = "HOST:PORT,...",
      defaultValue = "${env:LONGTAKE_COORDINATOR}",
      converter = AddressesConverter.class,
      description = {
        "Where the farm's coordinators listen; any of them will do.",
        "Default: LONGTAKE_COORDINATOR, else what the settings say."
      })
  private @Nullable Addresses coordinators;

  @Mixin private TlsOption tls;
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
      description = "Where /metrics is answered; 0 for any free port. Default: -1, none.")
  private @Nullable Integer metricsPort;

  private final Console console;

  public WorkerCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() throws InterruptedException {
    if (configOptions.printed(WorkerConfig.CONFIGURATION, console)) {
      return ExitCode.OK;
    }
    WorkerConfig config =
        configOptions
            .read(WorkerConfig.CONFIGURATION, overrides())
            .onMachine(
                defaultId(), ModelOption.bundled(), Runtime.getRuntime().availableProcessors());
    configOptions.startLog(WorkerConfig.CONFIGURATION, config);
    Worker worker = Worker.start(config);
    Signals.onStop(worker::drain);
    console.print(
        "worker %s, dialling %s".formatted(config.workerId(), config.coordinator().addresses()));
    if (worker.metricsPort() >= 0) {
      console.print(
          "metrics on http://%s/metrics"
              .formatted(new Address(config.metrics().host(), worker.metricsPort())));
    }
    return switch (worker.awaitTermination()) {
      case CLOSED, DRAINED -> ExitCode.OK;
      case SUPERSEDED -> {
        console.error(
            "another process with the worker id %s took its place".formatted(config.workerId()));
        yield ExitCode.NAME_TAKEN;
      }
      case REFUSED -> {
        console.error(
            "another process with the worker id %s is at work: give this one a name of its own"
                .formatted(config.workerId()));
        yield ExitCode.NAME_TAKEN;
      }
    };
  }

  private Overrides overrides() {
    return Overrides.NONE
        .with("--id", "id", id)
        .with("--coordinator", "coordinator.addresses", coordinators)
        .with("--tls", "tls.folder", tls.given())
        .with("--model", "engine.model", model.given())
        .with("--device", "engine.device", device.given())
        .with("--threads", "engine.threads", threads)
        .with("--metrics-port", "metrics.port", ConfigOptions.port(metricsPort));
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

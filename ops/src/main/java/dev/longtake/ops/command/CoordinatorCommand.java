package dev.longtake.ops.command;

import dev.longtake.client.Address;
import dev.longtake.config.Overrides;
import dev.longtake.coordinator.Coordinator;
import dev.longtake.coordinator.CoordinatorConfig;
import dev.longtake.ops.console.Console;
import dev.longtake.ops.console.ExitCode;
import dev.longtake.ops.console.LogSetup;
import dev.longtake.ops.console.Signals;
import dev.longtake.ops.option.ConfigOptions;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
    name = "coordinator",
    description = "Runs a coordinator until it is stopped.",
    mixinStandardHelpOptions = true)
public final class CoordinatorCommand implements Callable<Integer> {

  @Mixin private ConfigOptions configOptions;

  @Option(
      names = "--host",
      paramLabel = "HOST",
      description = "The address to listen on. Default: 127.0.0.1; nothing is encrypted.")
  private @Nullable String host;

  @Option(
      names = "--port",
      paramLabel = "N",
      description = "The port; 0 for any free one. Default: " + Address.DEFAULT_PORT + ".")
  private @Nullable Integer port;

  @Option(
      names = "--data",
      paramLabel = "DIR",
      description = "Journal, artifacts and index; for one coordinator. Default: farm/")
  private @Nullable Path data;

  @Option(
      names = "--metrics-port",
      paramLabel = "N",
      description = "Where /metrics is answered; 0 for any free port, -1 for none. Default: 7471.")
  private @Nullable Integer metricsPort;

  @Option(
      names = "--checkpoint-steps",
      paramLabel = "N",
      description =
          "Denoise steps after which each chunk's state is kept, so that a lost worker costs no "
              + "more than these; 0 for never. Default: a tenth of a shot's steps.")
  private @Nullable Integer checkpointSteps;

  private final Console console;

  public CoordinatorCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() throws InterruptedException {
    if (configOptions.printed(CoordinatorConfig.CONFIGURATION, console)) {
      return ExitCode.OK;
    }
    CoordinatorConfig config = configOptions.read(CoordinatorConfig.CONFIGURATION, overrides());
    LogSetup.toStandardError();
    configOptions.log(CoordinatorConfig.CONFIGURATION, config);
    Coordinator coordinator = Coordinator.start(config);
    var stop = new CountDownLatch(1);
    Signals.onStop(stop::countDown);
    console.print("listening on " + new Address(config.listen().host(), coordinator.port()));
    if (coordinator.metricsPort() >= 0) {
      console.print(
          "metrics on http://%s/metrics"
              .formatted(new Address(config.metrics().host(), coordinator.metricsPort())));
    }
    stop.await();
    coordinator.close();
    return ExitCode.OK;
  }

  private Overrides overrides() {
    return Overrides.NONE
        .with("--host", "listen.host", host)
        .with("--port", "listen.port", port)
        .with("--data", "storage.folder", data)
        .with("--metrics-port", "metrics.port", ConfigOptions.port(metricsPort))
        .with("--checkpoint-steps", "latents.checkpoint-steps", checkpointSteps);
  }
}

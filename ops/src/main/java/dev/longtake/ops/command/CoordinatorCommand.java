package dev.longtake.ops.command;

import dev.longtake.coordinator.Coordinator;
import dev.longtake.coordinator.CoordinatorConfig;
import dev.longtake.error.ErrorCode;
import dev.longtake.error.LongtakeException;
import dev.longtake.ops.console.Console;
import dev.longtake.ops.console.ExitCode;
import dev.longtake.ops.console.LogSetup;
import dev.longtake.ops.option.Address;
import dev.longtake.plan.CheckpointPolicy;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(
    name = "coordinator",
    description = "Runs a coordinator until it is stopped.",
    mixinStandardHelpOptions = true)
public final class CoordinatorCommand implements Callable<Integer> {

  @Option(
      names = "--host",
      paramLabel = "HOST",
      defaultValue = "127.0.0.1",
      description = "The address to listen on. Default: 127.0.0.1; nothing is encrypted.")
  private String host;

  @Option(
      names = "--port",
      paramLabel = "N",
      defaultValue = "" + Address.DEFAULT_PORT,
      description = "The port; 0 for any free one. Default: " + Address.DEFAULT_PORT + ".")
  private int port;

  @Option(
      names = "--data",
      paramLabel = "DIR",
      defaultValue = "farm",
      description = "Journal, artifacts and index; for one coordinator. Default: farm/")
  private Path data;

  @Option(
      names = "--metrics-port",
      paramLabel = "N",
      defaultValue = "7471",
      description = "Where /metrics is answered; 0 for any free port, -1 for none. Default: 7471.")
  private int metricsPort;

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
    LogSetup.toStandardError();
    Coordinator coordinator = Coordinator.start(config());
    CountDownLatch closed = new CountDownLatch(1);
    Runtime.getRuntime()
        .addShutdownHook(
            Thread.ofPlatform()
                .name("shutdown")
                .unstarted(
                    () -> {
                      coordinator.close();
                      closed.countDown();
                    }));
    console.print("listening on " + new Address(host, coordinator.port()));
    if (coordinator.metricsPort() >= 0) {
      console.print("metrics on http://127.0.0.1:%d/metrics".formatted(coordinator.metricsPort()));
    }
    closed.await();
    return ExitCode.OK;
  }

  private CoordinatorConfig config() {
    try {
      CoordinatorConfig defaults = CoordinatorConfig.defaults(data);
      return new CoordinatorConfig(
          data,
          host,
          port,
          metricsPort,
          defaults.workerGrace(),
          defaults.leaseTimeout(),
          defaults.heartbeatInterval(),
          defaults.openStoriesMax(),
          defaults.workersMax(),
          defaults.artifactBytesMax(),
          defaults.latentStoreBytesMax(),
          checkpointSteps == null
              ? defaults.checkpoints()
              : CheckpointPolicy.every(checkpointSteps));
    } catch (IllegalArgumentException e) {
      throw new LongtakeException(
          ErrorCode.CONFIGURATION_INVALID, String.valueOf(e.getMessage()), e);
    }
  }
}

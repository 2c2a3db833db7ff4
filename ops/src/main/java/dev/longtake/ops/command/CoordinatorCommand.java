package dev.longtake.ops.command;

import dev.longtake.client.Address;
import dev.longtake.config.Overrides;
import dev.longtake.coordinator.Coordinator;
import dev.longtake.coordinator.CoordinatorConfig;
import dev.longtake.error.ErrorCode;
import dev.longtake.error.LongtakeException;
import dev.longtake.ops.console.Console;
import dev.longtake.ops.console.ExitCode;
import dev.longtake.ops.console.LogSetup;
import dev.longtake.ops.console.Signals;
import dev.longtake.ops.option.ConfigOptions;
import dev.longtake.ops.option.TlsOption;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
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
      description = "The address to listen on; another than 127.0.0.1, the default, needs --tls.")
  private @Nullable String host;

  @Mixin private TlsOption tls;

  @Option(
      names = "--allow-plaintext",
      description = "Let other machines connect without --tls; each start says so in the log.")
  private boolean allowPlaintext;

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
      names = "--web-port",
      paramLabel = "N",
      description = "Where the dashboard is; 0 for any free port, -1 for none. Default: 7472.")
  private @Nullable Integer webPort;

  @Option(
      names = "--checkpoint-steps",
      paramLabel = "N",
      description =
          "Denoise steps after which each chunk's state is kept, so that a lost worker costs no "
              + "more than these; 0 for never. Default: at most 20 s of work.")
  private @Nullable Integer checkpointSteps;

  private final Console console;

  public CoordinatorCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() {
    if (configOptions.printed(CoordinatorConfig.CONFIGURATION, console)) {
      return ExitCode.OK;
    }
    CoordinatorConfig config = configOptions.read(CoordinatorConfig.CONFIGURATION, overrides());
    configOptions.startLog(CoordinatorConfig.CONFIGURATION, config);
    try {
      return run(config);
    } catch (LongtakeException e) {
      if (e.code() != ErrorCode.STORAGE_FAILED) {
        throw e;
      }
      console.error(e.getMessage() + "; once it can be written, start again and all goes on");
      return ExitCode.STORAGE_FAILED;
    }
  }

  /** Runs until it is stopped, or throws why it cannot go on. */
  private int run(CoordinatorConfig config) {
    try (Coordinator coordinator = Coordinator.start(config)) {
      var end = new CompletableFuture<Void>();
      Signals.onStop(() -> end.complete(null));
      var _ = coordinator.failure().thenAccept(why -> endBecauseOf(why, end));
      console.print("listening on " + new Address(config.listen().host(), coordinator.port()));
      if (coordinator.metricsPort() >= 0) {
        console.print(
            "metrics on http://%s/metrics"
                .formatted(new Address(config.metrics().host(), coordinator.metricsPort())));
      }
      if (coordinator.webPort() >= 0) {
        console.print(
            "dashboard on http://%s/"
                .formatted(new Address(coordinator.webHost(), coordinator.webPort())));
      }
      end.join();
      return ExitCode.OK;
    } catch (CompletionException e) {
      throw e.getCause() instanceof LongtakeException known ? known : e;
    }
  }

  private static void endBecauseOf(LongtakeException why, CompletableFuture<Void> end) {
    LogSetup.end();
    end.completeExceptionally(why);
  }

  private Overrides overrides() {
    return Overrides.NONE
        .with("--host", "listen.host", host)
        .with("--tls", "tls.folder", tls.given())
        .with("--allow-plaintext", "tls.allow-plaintext", allowPlaintext ? true : null)
        .with("--port", "listen.port", port)
        .with("--data", "storage.folder", data)
        .with("--metrics-port", "metrics.port", ConfigOptions.port(metricsPort))
        .with("--web-port", "web.port", ConfigOptions.port(webPort))
        .with("--checkpoint-steps", "latents.checkpoint-steps", checkpointSteps);
  }
}

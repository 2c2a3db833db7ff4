package dev.longtake.loadtest.farm;

import dev.longtake.error.ErrorCode;
import dev.longtake.error.LongtakeException;
import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The ordinary {@code longtake coordinator} in a process of its own, on free ports of loopback,
 * with a folder that nobody else uses. It ends with this process, however that ends.
 */
public final class CoordinatorProcess implements AutoCloseable {

  /** How long it may take to start, and to end. */
  private static final Duration PATIENCE = Duration.ofMinutes(2);

  private static final Pattern LISTENING = Pattern.compile("listening on .*:(\\d+)");
  private static final Pattern METRICS = Pattern.compile("metrics on (http://\\S+)");

  /** What a coordinator needs to let so many in; the rest is as shipped. */
  private static final String CONFIGURATION =
      """
      limits { open-stories = 100000, workers = 100000 }
      # Simulated workers keep no checkpoints.
      latents { checkpoint-steps = 0 }
      """;

  /**
   * How it is started.
   *
   * @param command the {@code longtake} command, with what comes before {@code coordinator}
   * @param javaOptions further options for its Java machine
   * @param folder exists; for its data, configuration and log
   * @param settings further ones, as its configuration file has them
   */
  public record Start(List<String> command, String javaOptions, Path folder, String settings) {
    public Start {
      command = List.copyOf(command);
    }

    /** With no further settings. */
    public Start(List<String> command, String javaOptions, Path folder) {
      this(command, javaOptions, folder, "");
    }

    /** The same with these settings. */
    public Start with(String further) {
      return new Start(command, javaOptions, folder, settings + further);
    }
  }

  private final Process process;
  private final Path data;
  private final Thread hook;
  private final CompletableFuture<Integer> port = new CompletableFuture<>();
  private final CompletableFuture<URI> metrics = new CompletableFuture<>();

  private CoordinatorProcess(Process process, Path data) {
    this.process = process;
    this.data = data;
    this.hook = new Thread(process::destroyForcibly);
    Runtime.getRuntime().addShutdownHook(hook);
    Thread.ofVirtual().start(this::listen);
  }

  /**
   * Starts one and waits until it listens.
   *
   * @throws LongtakeException with {@link ErrorCode#UNAVAILABLE} if it does not; the message names
   *     its log
   */
  public static CoordinatorProcess start(Start start) {
    Path log = start.folder().resolve("coordinator.log");
    try {
      Path configuration = start.folder().resolve("coordinator.conf");
      Files.writeString(configuration, CONFIGURATION + start.settings());
      Path data = start.folder().resolve("farm");
      List<String> command = new ArrayList<>(start.command());
      command.addAll(List.of("coordinator", "--config", configuration.toString()));
      command.addAll(List.of("--data", data.toString(), "--port", "0", "--metrics-port", "0"));
      command.addAll(List.of("--web-port", "-1"));
      ProcessBuilder builder = new ProcessBuilder(command).redirectError(log.toFile());
      builder.redirectInput(new File("/dev/null"));
      builder.environment().put("LONGTAKE_JAVA_OPTIONS", start.javaOptions());
      var coordinator = new CoordinatorProcess(builder.start(), data);
      coordinator.awaitStart(log);
      return coordinator;
    } catch (IOException e) {
      throw new LongtakeException(
          ErrorCode.UNAVAILABLE, "cannot start %s: %s".formatted(start.command(), e), e);
    }
  }

  private void listen() {
    try (BufferedReader lines = process.inputReader(StandardCharsets.UTF_8)) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        Matcher listening = LISTENING.matcher(line);
        Matcher shown = METRICS.matcher(line);
        if (listening.find()) {
          port.complete(Integer.parseInt(listening.group(1)));
        } else if (shown.find()) {
          metrics.complete(URI.create(shown.group(1)));
        }
      }
    } catch (IOException e) {
      port.completeExceptionally(e);
    }
    port.completeExceptionally(new IOException("it has ended"));
    metrics.completeExceptionally(new IOException("it has ended"));
  }

  private void awaitStart(Path log) {
    try {
      port.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
      metrics.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
    } catch (ExecutionException | TimeoutException e) {
      close();
      throw new LongtakeException(
          ErrorCode.UNAVAILABLE,
          "expected the coordinator to listen within %s, found: %s; its log:%n%s"
              .formatted(PATIENCE, e.getMessage(), lastLines(log)),
          e);
    } catch (InterruptedException e) {
      close();
      Thread.currentThread().interrupt();
      throw new LongtakeException(ErrorCode.UNAVAILABLE, "interrupted during the start", e);
    }
  }

  private static String lastLines(Path log) {
    try {
      List<String> lines = Files.readAllLines(log);
      return String.join("\n", lines.subList(Math.max(0, lines.size() - 10), lines.size()));
    } catch (IOException e) {
      return "(cannot be read: " + e + ")";
    }
  }

  /** Where clients and workers connect. */
  public int port() {
    return port.join();
  }

  /** What it counts, now. */
  public CoordinatorMetrics metrics() {
    return CoordinatorMetrics.read(metrics.join());
  }

  /** Processor time that it has used. */
  public Duration cpuTime() {
    return process.info().totalCpuDuration().orElse(Duration.ZERO);
  }

  /** Where it keeps what outlives it. */
  public Path data() {
    return data;
  }

  /** Its process. */
  public long pid() {
    return process.pid();
  }

  /**
   * Has it stop in order.
   *
   * @return its exit status; -1 if it had to be killed
   */
  public int stop() {
    process.destroy();
    try {
      if (process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
        return process.exitValue();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    process.destroyForcibly();
    return -1;
  }

  @Override
  public void close() {
    process.destroyForcibly();
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException e) {
      return; // The process is ending, and the hook does the same.
    }
  }
}

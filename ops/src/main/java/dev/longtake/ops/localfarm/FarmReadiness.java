package dev.longtake.ops.localfarm;

import dev.longtake.error.ErrorCode;
import dev.longtake.error.LongtakeException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.http.HttpClient;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BooleanSupplier;

/** Waits until the programs of a farm do what they are for. */
final class FarmReadiness {

  private static final Duration START_MAX = Duration.ofMinutes(3);
  private static final Duration LOOK_AGAIN = Duration.ofMillis(200);
  private static final int LOG_LINES = 5;

  private final FarmFolder folder;
  private final HttpClient http;

  FarmReadiness(FarmFolder folder, HttpClient http) {
    this.folder = folder;
    this.http = http;
  }

  /**
   * Until the artifacts' server takes connections: coordinators look at it when they start.
   *
   * @throws LongtakeException with {@link ErrorCode#UNAVAILABLE} and the end of its log if it ends
   *     before, or takes minutes
   */
  void awaitStorage(FarmRecord farm) {
    await(farm, FarmRecord.STORAGE, () -> isListening(farm.storagePort()));
  }

  private static boolean isListening(int port) {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      return socket.isConnected();
    } catch (IOException e) {
      return false;
    }
  }

  /**
   * Until each coordinator answers.
   *
   * @throws LongtakeException with {@link ErrorCode#UNAVAILABLE} and the end of its log if one ends
   *     before, or takes minutes
   */
  void awaitCoordinators(FarmRecord farm) {
    for (int i = 0; i < farm.coordinators().size(); i++) {
      int port = farm.coordinators().get(i).metrics();
      await(farm, FarmRecord.coordinator(i), () -> CoordinatorView.ask(http, port).isPresent());
    }
  }

  /**
   * Until all workers are connected.
   *
   * @throws LongtakeException with {@link ErrorCode#UNAVAILABLE} and the end of its log if one ends
   *     before, or takes minutes
   */
  void awaitWorkers(FarmRecord farm) {
    for (String id : farm.workerNames()) {
      await(farm, id, () -> connected(farm) >= farm.workers());
    }
  }

  private int connected(FarmRecord farm) {
    return farm.coordinators().stream()
        .flatMap(ports -> CoordinatorView.ask(http, ports.metrics()).stream())
        .mapToInt(CoordinatorView::workers)
        .sum();
  }

  private void await(FarmRecord farm, String name, BooleanSupplier isReady) {
    long end = System.nanoTime() + START_MAX.toNanos();
    while (!isReady.getAsBoolean()) {
      if (hasEnded(farm.process(name), LOOK_AGAIN)) {
        throw failed(name, "it has ended");
      }
      if (System.nanoTime() > end) {
        throw failed(name, "it is not after %d s".formatted(START_MAX.toSeconds()));
      }
    }
  }

  private static boolean hasEnded(Optional<ProcessHandle> process, Duration within) {
    try {
      return process.isEmpty() || isEnd(process.get(), within);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new LongtakeException(ErrorCode.CANCELLED, "interrupted", e);
    }
  }

  /**
   * Waits until a process has ended, but not longer.
   *
   * @return whether it has
   */
  static boolean isEnd(ProcessHandle process, Duration within) throws InterruptedException {
    try {
      process.onExit().get(within.toMillis(), TimeUnit.MILLISECONDS);
      return true;
    } catch (TimeoutException e) {
      return false;
    } catch (ExecutionException e) {
      throw new IllegalStateException("waiting for a process's end does not fail", e);
    }
  }

  private LongtakeException failed(String name, String found) {
    Path log = folder.log(name);
    return new LongtakeException(
        ErrorCode.UNAVAILABLE,
        "%s: expected it to be ready, found that %s; the end of %s:%n%s"
            .formatted(name, found, log, lastLines(log)));
  }

  private static String lastLines(Path log) {
    try {
      List<String> lines = Files.readAllLines(log);
      return String.join("\n", lines.subList(Math.max(0, lines.size() - LOG_LINES), lines.size()));
    } catch (IOException e) {
      return e.toString();
    }
  }
}

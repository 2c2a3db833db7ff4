package dev.longtake.loadtest.worker;

import dev.longtake.client.Channels;
import io.grpc.ManagedChannel;
import java.util.concurrent.atomic.AtomicReferenceArray;

/**
 * The connections of simulated workers to the coordinator, set up as those of real ones. Worker i
 * uses connection i modulo their number.
 */
public final class Lines implements AutoCloseable {

  private final int port;
  private final AtomicReferenceArray<ManagedChannel> channels;

  /**
   * Connections to this port of loopback, each made on first use.
   *
   * @param count as many as workers, as on a farm; fewer to see what the sharing saves
   */
  public Lines(int port, int count) {
    this.port = port;
    this.channels = new AtomicReferenceArray<>(count);
    for (int i = 0; i < count; i++) {
      channels.set(i, Channels.plaintext("127.0.0.1", port));
    }
  }

  /** How many there are. */
  public int count() {
    return channels.length();
  }

  /** That of this worker. */
  ManagedChannel of(int worker) {
    return channels.get(worker % channels.length());
  }

  /** Breaks all of them at once, with every call on them; new ones take their places. */
  public void breakAll() {
    for (int i = 0; i < channels.length(); i++) {
      channels.getAndSet(i, Channels.plaintext("127.0.0.1", port)).shutdownNow();
    }
  }

  @Override
  public void close() {
    for (int i = 0; i < channels.length(); i++) {
      channels.get(i).shutdownNow();
    }
  }
}

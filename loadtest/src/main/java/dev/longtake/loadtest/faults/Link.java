package dev.longtake.loadtest.faults;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * The way from one worker to one coordinator: passes bytes on, and can be broken. Listens on
 * loopback; safe for any number of threads.
 */
final class Link implements AutoCloseable {

  /** How it is. */
  enum State {
    WHOLE,
    /** Connections end, and new ones are refused. */
    CUT,
    /** What the worker says is held back; what it hears arrives. */
    ONE_WAY,
    /** All comes late. */
    SLOW
  }

  private static final Duration DELAY = Duration.ofMillis(150);
  private static final Duration LOOK_AGAIN = Duration.ofMillis(20);
  private static final int BUFFER_BYTES = 64 * 1024;

  /** Less is heads of messages; a slab or a checkpoint is more. */
  private static final int SLAB_BYTES = 1000;

  private final int target;
  private final ServerSocket server;
  private final Set<Socket> open = ConcurrentHashMap.newKeySet();
  private final AtomicBoolean isFlipDue = new AtomicBoolean();
  private volatile State state = State.WHOLE;

  /** A link to this port. */
  Link(int target) {
    this.target = target;
    try {
      this.server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    Thread.ofVirtual().start(this::accept);
  }

  /** Where the worker connects. */
  String address() {
    return "127.0.0.1:" + server.getLocalPort();
  }

  /** Breaks or mends it. */
  void become(State next) {
    state = next;
    if (next == State.CUT) {
      open.forEach(Link::close);
    }
  }

  /** A bit of the next large piece that the worker says is flipped. */
  void flipSoon() {
    isFlipDue.set(true);
  }

  /** Whether that has not happened yet. */
  boolean isFlipDue() {
    return isFlipDue.get();
  }

  private void accept() {
    while (!server.isClosed()) {
      try {
        Socket worker = server.accept();
        if (state == State.CUT) {
          close(worker);
        } else {
          Thread.ofVirtual().start(() -> connect(worker));
        }
      } catch (IOException e) {
        return; // Closed.
      }
    }
  }

  private void connect(Socket worker) {
    try (worker;
        Socket coordinator = new Socket(InetAddress.getLoopbackAddress(), target)) {
      open.add(worker);
      open.add(coordinator);
      worker.setTcpNoDelay(true);
      coordinator.setTcpNoDelay(true);
      Thread back = Thread.ofVirtual().start(() -> pass(coordinator, worker, false));
      pass(worker, coordinator, true);
      back.join();
    } catch (IOException e) {
      // The coordinator is away: the worker sees its connection end, as without this.
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      open.remove(worker);
      open.removeIf(Socket::isClosed);
    }
  }

  /** Until one side ends; then both do. */
  private void pass(Socket from, Socket to, boolean isSaid) {
    byte[] buffer = new byte[BUFFER_BYTES];
    try {
      InputStream in = from.getInputStream();
      OutputStream out = to.getOutputStream();
      for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
        while (isSaid && state == State.ONE_WAY) {
          Machine.pause(LOOK_AGAIN);
        }
        if (state == State.SLOW) {
          Machine.pause(DELAY);
        }
        if (isSaid && count > SLAB_BYTES && isFlipDue.compareAndSet(true, false)) {
          buffer[count / 2] ^= 1;
        }
        out.write(buffer, 0, count);
        out.flush();
      }
    } catch (IOException e) {
      // One of them is gone.
    } finally {
      close(from);
      close(to);
    }
  }

  private static void close(Socket socket) {
    try {
      socket.close();
    } catch (IOException e) {
      // It is gone either way.
    }
  }

  @Override
  public void close() {
    try {
      server.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    open.forEach(Link::close);
  }
}

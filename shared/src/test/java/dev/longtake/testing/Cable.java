package dev.longtake.testing;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.HashSet;
import java.util.Set;

/**
 * A cable to a server on this machine that a test can cut or freeze: what is sent to its port goes
 * on to the server's, and back.
 */
public final class Cable implements AutoCloseable {

  private enum State {
    WHOLE,
    FROZEN,
    CUT
  }

  private final int serverPort;
  private final ServerSocket listener;
  private final Set<Socket> sockets = new HashSet<>();
  private State state = State.WHOLE;
  private long answerBytesLeft = Long.MAX_VALUE;

  private Cable(int serverPort, ServerSocket listener) {
    this.serverPort = serverPort;
    this.listener = listener;
  }

  /** A cable to this port of loopback. */
  public static Cable to(int serverPort) {
    try {
      var cable = new Cable(serverPort, new ServerSocket(0, 50, InetAddress.getLoopbackAddress()));
      Thread.ofVirtual().start(cable::accept);
      return cable;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Where to connect instead of to the server. */
  public int port() {
    return listener.getLocalPort();
  }

  /** From now on everything is taken and nothing arrives, on old connections and new ones. */
  public synchronized void freeze() {
    state = State.FROZEN;
  }

  /** Ends all connections, and new ones at once. */
  public synchronized void cut() {
    state = State.CUT;
    sockets.forEach(Cable::close);
    sockets.clear();
    notifyAll();
  }

  /** Cuts the connection on which the server has answered so many bytes from now on, once. */
  public synchronized void cutOnceAfter(long answerBytes) {
    answerBytesLeft = answerBytes;
  }

  /** All is well again; what was frozen arrives. */
  public synchronized void heal() {
    state = State.WHOLE;
    notifyAll();
  }

  private void accept() {
    while (!listener.isClosed()) {
      try {
        connect(listener.accept());
      } catch (IOException e) {
        // Closed, or a connection that could not be made: the other side notices.
      }
    }
  }

  private void connect(Socket near) throws IOException {
    if (!add(near)) {
      return;
    }
    Socket far = new Socket();
    try {
      far.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), serverPort));
    } catch (IOException e) {
      close(near);
      close(far);
      return;
    }
    if (add(far)) {
      Thread.ofVirtual().start(() -> pump(near, far, false));
      Thread.ofVirtual().start(() -> pump(far, near, true));
    }
  }

  private synchronized boolean add(Socket socket) throws IOException {
    if (state == State.CUT) {
      socket.setSoLinger(true, 0); // Resets it, as a port does on which nobody listens.
      close(socket);
      return false;
    }
    return sockets.add(socket);
  }

  private void pump(Socket from, Socket to, boolean isAnswer) {
    byte[] buffer = new byte[1 << 13];
    try (from;
        to) {
      InputStream in = from.getInputStream();
      OutputStream out = to.getOutputStream();
      for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
        int passed = isAnswer ? pass(n) : n;
        awaitThaw();
        out.write(buffer, 0, passed);
        if (passed < n) {
          return;
        }
      }
    } catch (IOException e) {
      // Cut: both ends are closed.
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private synchronized int pass(int count) {
    if (count <= answerBytesLeft) {
      answerBytesLeft -= answerBytesLeft == Long.MAX_VALUE ? 0 : count;
      return count;
    }
    int passed = (int) answerBytesLeft;
    answerBytesLeft = Long.MAX_VALUE;
    return passed;
  }

  private synchronized void awaitThaw() throws InterruptedException {
    while (state == State.FROZEN) {
      wait();
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
    cut();
    try {
      listener.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}

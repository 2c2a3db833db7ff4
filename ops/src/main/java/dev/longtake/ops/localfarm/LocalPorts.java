package dev.longtake.ops.localfarm;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;

/** Ports that nobody listens on. */
final class LocalPorts {

  private static final int OF_A_COORDINATOR = 4;

  private LocalPorts() {}

  /** A farm of which nothing runs yet, on ports that are free now. */
  static FarmRecord farm(int coordinators, int workers, int threads) {
    Deque<Integer> free = free(2 + OF_A_COORDINATOR * coordinators);
    int postgres = free.pop();
    int storage = free.pop();
    List<FarmRecord.Ports> ports = new ArrayList<>();
    for (int i = 0; i < coordinators; i++) {
      ports.add(new FarmRecord.Ports(free.pop(), free.pop(), free.pop(), free.pop()));
    }
    return new FarmRecord(postgres, storage, ports, workers, threads, Map.of());
  }

  /** All are held until the last is found, so that none is given twice. */
  private static Deque<Integer> free(int count) {
    Deque<Integer> ports = new ArrayDeque<>();
    List<ServerSocket> held = new ArrayList<>();
    try {
      for (int i = 0; i < count; i++) {
        ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        held.add(socket);
        ports.add(socket.getLocalPort());
      }
      return ports;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } finally {
      held.forEach(LocalPorts::close);
    }
  }

  private static void close(ServerSocket socket) {
    try {
      socket.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}

package dev.longtake.loadtest.faults;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Arrays;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A worker and a coordinator on both ends of a link. */
@Timeout(30)
class LinkTest {

  private ServerSocket server;
  private Link link;

  @BeforeEach
  void open() throws IOException {
    server = new ServerSocket(0, 5, InetAddress.getLoopbackAddress());
    link = new Link(server.getLocalPort());
  }

  @AfterEach
  void close() throws IOException {
    link.close();
    server.close();
  }

  private Socket dial() throws IOException {
    String port = link.address().substring(link.address().indexOf(':') + 1);
    return new Socket(InetAddress.getLoopbackAddress(), Integer.parseInt(port));
  }

  @Test
  void bytes_arriveBothWays() throws Exception {
    try (Socket worker = dial();
        Socket coordinator = server.accept()) {
      worker.getOutputStream().write(1);
      assertThat(coordinator.getInputStream().read()).isEqualTo(1);
      coordinator.getOutputStream().write(2);
      assertThat(worker.getInputStream().read()).isEqualTo(2);

      worker.shutdownOutput();

      assertThat(coordinator.getInputStream().read()).as("it has ended").isEqualTo(-1);
    }
  }

  @Test
  void linkThatIsCut_endsAndRefuses() throws Exception {
    try (Socket worker = dial();
        Socket coordinator = server.accept()) {
      worker.getOutputStream().write(1);
      assertThat(coordinator.getInputStream().read()).isEqualTo(1);

      link.become(Link.State.CUT);

      assertThat(isOver(worker)).isTrue();
    }
    try (Socket again = dial()) {
      assertThat(isOver(again)).isTrue();
    }
  }

  private static boolean isOver(Socket socket) {
    try {
      return socket.getInputStream().read() < 0;
    } catch (IOException reset) {
      return true;
    }
  }

  @Test
  void linkOfOneWay_holdsBackWhatTheWorkerSays() throws Exception {
    try (Socket worker = dial();
        Socket coordinator = server.accept()) {
      link.become(Link.State.ONE_WAY);
      worker.getOutputStream().write(1);
      coordinator.getOutputStream().write(2);

      assertThat(worker.getInputStream().read()).as("heard").isEqualTo(2);
      assertThat(coordinator.getInputStream().available()).isZero();

      link.become(Link.State.WHOLE);
      assertThat(coordinator.getInputStream().read()).isEqualTo(1);
    }
  }

  @Test
  void flip_changesOneBitOfALargePieceOnce() throws Exception {
    byte[] slab = new byte[4000];
    try (Socket worker = dial();
        Socket coordinator = server.accept()) {
      link.flipSoon();
      worker.getOutputStream().write(new byte[10]);
      assertThat(coordinator.getInputStream().readNBytes(10)).isEqualTo(new byte[10]);

      worker.getOutputStream().write(slab);

      byte[] arrived = coordinator.getInputStream().readNBytes(slab.length);
      assertThat(Arrays.mismatch(slab, arrived)).isNotNegative();
      assertThat(link.isFlipDue()).isFalse();
      worker.getOutputStream().write(slab);
      assertThat(coordinator.getInputStream().readNBytes(slab.length)).isEqualTo(slab);
    }
  }
}

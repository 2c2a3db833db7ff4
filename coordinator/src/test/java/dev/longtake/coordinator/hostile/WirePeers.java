package dev.longtake.coordinator.hostile;

import static org.assertj.core.api.Assertions.assertThat;

import dev.longtake.coordinator.hostile.RawHttp2.Kind;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;

/** Those that know HTTP/2 and nothing of calls. */
final class WirePeers {

  private static final String LIST = "longtake.v1.FarmService/ListStories";
  private static final String WATCH = "longtake.v1.FarmService/WatchStory";
  private static final int SOCKETS = 200;
  private static final int FRAME_BYTES_MAX = 1 << 14;

  /** Far more than any queue of the other side: it has ended the connection long before. */
  private static final int FLOOD = 5_000_000;

  private WirePeers() {}

  /** Says nothing, or half of what every connection begins with. */
  static void silence(Target target) throws IOException {
    byte[] half = Arrays.copyOf(RawHttp2.PREFACE, RawHttp2.PREFACE.length / 2);
    List<Socket> sockets = new ArrayList<>();
    try {
      for (int i = 0; i < 2 * SOCKETS; i++) {
        Socket socket = Target.socket(target.port());
        sockets.add(socket);
        socket.getOutputStream().write(i % 2 == 0 ? half : new byte[0]);
      }
      for (Socket socket : sockets) {
        readToTheEnd(socket);
      }
    } finally {
      closeAll(sockets);
    }
  }

  static void closeAll(List<? extends AutoCloseable> open) throws IOException {
    for (AutoCloseable each : open) {
      try {
        each.close();
      } catch (IOException e) {
        throw e;
      } catch (Exception e) {
        throw new IllegalStateException(e);
      }
    }
  }

  /** Fails if the other side does not close it in time. */
  static void readToTheEnd(Socket socket) throws IOException {
    InputStream in = socket.getInputStream();
    try {
      while (in.read() >= 0) {}
    } catch (SocketException reset) {
      assertThat(reset).hasMessageContaining("reset");
    }
  }

  static void noise(Target target) throws IOException {
    for (int seed = 0; seed < SOCKETS; seed++) {
      byte[] noise = new byte[200];
      new SplittableRandom(seed).nextBytes(noise);
      try (Socket socket = Target.socket(target.port())) {
        socket.getOutputStream().write(noise);
        readToTheEnd(socket);
      }
    }
  }

  static void anotherProtocol(Target target) throws IOException {
    for (String greeting :
        List.of(
            "GET / HTTP/1.1\r\nHost: x\r\n\r\n",
            "EHLO x\r\n",
            "SSH-2.0-x\r\n",
            "\u0016\u0003\u0001\u0001\u0000\u0001\u0000\u0000\u0000\u0003\u0003",
            "\u00ac\u00ed\u0000\u0005ur\u0000\u0002[J")) {
      try (Socket socket = Target.socket(target.port())) {
        socket.getOutputStream().write(greeting.getBytes(StandardCharsets.ISO_8859_1));
        socket.shutdownOutput();
        readToTheEnd(socket);
      }
    }
  }

  /** Says a frame again and again until the other side has had enough. */
  private static boolean isStoppedAt(
      RawHttp2 peer, Kind kind, int flags, int stream, byte... frame) {
    try {
      for (int i = 0; i < FLOOD; i++) {
        peer.send(kind, flags, stream, frame);
      }
      return false;
    } catch (IOException closed) {
      return true;
    }
  }

  static void settings(Target target) throws IOException {
    try (var peer = RawHttp2.deaf(target)) {
      assertThat(isStoppedAt(peer, Kind.SETTINGS, 0, 0, RawHttp2.setting(4, 1000))).isTrue();
    }
  }

  static void pings(Target target) throws Exception {
    try (var peer = RawHttp2.open(target)) {
      assertThat(isStoppedAt(peer, Kind.PING, 0, 0, new byte[8])).isTrue();
      assertThat(peer.end()).isIn(RawHttp2.ENHANCE_YOUR_CALM, RawHttp2.WITHOUT_A_CODE);
    }
  }

  static void resets(Target target) throws Exception {
    byte[] call = RawHttp2.call(LIST);
    byte[] cancel = RawHttp2.number(8);
    try (var peer = RawHttp2.open(target)) {
      for (int stream = 1; stream < 40_000; stream += 2) {
        peer.send(Kind.HEADERS, RawHttp2.END_HEADERS, stream, call);
        peer.send(Kind.RST_STREAM, 0, stream, cancel);
      }
      peer.flush();
    } catch (IOException closed) {
      assertThat(closed).isInstanceOf(SocketException.class);
    }
  }

  static void aWindowWithoutEnd(Target target) throws Exception {
    try (var peer = RawHttp2.open(target)) {
      peer.send(Kind.WINDOW_UPDATE, 0, 0, RawHttp2.number(Integer.MAX_VALUE));
      peer.flush();

      assertThat(peer.end()).isEqualTo(RawHttp2.FLOW_CONTROL_ERROR);
    }
  }

  /** Sixteen kilobytes of headers: twice what is taken. */
  static void hugeHeaders(Target target) throws Exception {
    for (int i = 0; i < SOCKETS; i++) {
      try (var peer = RawHttp2.open(target)) {
        peer.send(
            Kind.HEADERS, RawHttp2.END_HEADERS, 1, RawHttp2.call(LIST, "x", "y".repeat(15_000)));
        peer.flush();

        peer.streamEndCode(1);
      }
    }
  }

  /** Four thousand bytes that the other side is to remember, and to repeat ten thousand times. */
  static void packedHeaders(Target target) throws Exception {
    var block = new ByteArrayOutputStream();
    block.writeBytes(RawHttp2.call(LIST));
    block.write(0x40); // To be remembered (RFC 7541, section 6.2.1).
    RawHttp2.text(block, "x");
    RawHttp2.text(block, "y".repeat(4_000));
    for (int i = 0; i < 10_000; i++) {
      block.write(0x80 | 62); // The newest that is remembered (section 6.1).
    }
    for (int i = 0; i < SOCKETS; i++) {
      try (var peer = RawHttp2.open(target)) {
        peer.send(Kind.HEADERS, RawHttp2.END_HEADERS, 1, block.toByteArray());
        peer.flush();

        peer.streamEndCode(1);
      }
    }
  }

  static void headersWithoutEnd(Target target) throws Exception {
    for (int size : List.of(FRAME_BYTES_MAX, 1, 0)) {
      try (var peer = RawHttp2.open(target)) {
        peer.send(Kind.HEADERS, 0, 1, RawHttp2.call(LIST));

        assertThat(isStoppedAt(peer, Kind.CONTINUATION, 0, 1, new byte[size]))
            .as("%d bytes a frame", size)
            .isTrue();
      }
    }
  }

  /** A message of which it is said that it has two gibibytes. */
  static void hugeMessage(Target target) throws Exception {
    try (var peer = RawHttp2.open(target)) {
      for (int stream = 1; stream < 400; stream += 2) {
        peer.send(Kind.HEADERS, RawHttp2.END_HEADERS, stream, RawHttp2.call(LIST));
        peer.send(Kind.DATA, 0, stream, (byte) 0, (byte) 0x7f, (byte) -1, (byte) -1, (byte) -1);
        peer.flush();

        peer.streamEndCode(stream);
      }
    }
  }

  /** Pieces of a message without any content, for ever. */
  static void emptyPieces(Target target) throws Exception {
    try (var peer = RawHttp2.open(target)) {
      peer.send(Kind.HEADERS, RawHttp2.END_HEADERS, 1, RawHttp2.call(LIST));
      for (int i = 0; i < 200_000; i++) {
        peer.send(Kind.DATA, 0, 1);
      }
      peer.flush();
    } catch (IOException closed) {
      assertThat(closed).isInstanceOf(SocketException.class);
    }
  }

  static void unknownCalls(Target target) throws Exception {
    int before = target.metrics().length();
    try (var peer = RawHttp2.open(target)) {
      for (int stream = 1; stream < 1_000; stream += 2) {
        peer.send(
            Kind.HEADERS,
            RawHttp2.END_HEADERS | RawHttp2.END_STREAM,
            stream,
            RawHttp2.call("made.up.Service%d/Call%d".formatted(stream, stream)));
        peer.flush();
        peer.streamEndCode(stream);
      }
    }
    // Nobody who calls what there is not makes the page of metrics longer by a name.
    assertThat(target.metrics())
        .doesNotContain("made.up", "Service999")
        .hasSizeLessThan(before * 2);
  }

  static void unknownContent(Target target) throws Exception {
    try (var peer = RawHttp2.open(target)) {
      int stream = 1;
      for (String type : List.of("text/html", "application/json", "application/grpc-web", "")) {
        for (int i = 0; i < 100; i++, stream += 2) {
          byte[] call = RawHttp2.call(LIST, "content-type", type);
          peer.send(Kind.HEADERS, RawHttp2.END_HEADERS | RawHttp2.END_STREAM, stream, call);
          peer.flush();
          peer.streamEndCode(stream);
        }
      }
    }
  }

  /** A thousand readers of a story who never take a word of it. */
  static void deafWatchers(Target target) throws Exception {
    byte[] story = target.film().getBytes(StandardCharsets.US_ASCII);
    var message = new ByteArrayOutputStream();
    message.writeBytes(new byte[] {0, 0, 0, 0, (byte) (story.length + 2), 0x0a});
    message.write(story.length);
    message.writeBytes(story);
    try (var peer = RawHttp2.deaf(target)) {
      peer.closeWindows();
      for (int stream = 1; stream < 2_000; stream += 2) {
        peer.send(Kind.HEADERS, RawHttp2.END_HEADERS, stream, RawHttp2.call(WATCH));
        peer.send(Kind.DATA, RawHttp2.END_STREAM, stream, message.toByteArray());
      }
      peer.flush();
      target.metrics();
    }
  }
}

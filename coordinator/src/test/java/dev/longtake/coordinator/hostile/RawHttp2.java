package dev.longtake.coordinator.hostile;

import java.io.BufferedOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/**
 * A connection that says any frames of HTTP/2, right or wrong, and notes how the other side ends
 * streams and the connection. Source: RFC 9113, section 4 (frames) and 7 (codes); RFC 7541, section
 * 6.2.2 (header fields that are not indexed).
 */
final class RawHttp2 implements AutoCloseable {

  /** What every connection begins with. */
  static final byte[] PREFACE =
      "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(StandardCharsets.US_ASCII);

  /** Kinds of frames (RFC 9113, section 6). */
  enum Kind {
    DATA(0),
    HEADERS(1),
    PRIORITY(2),
    RST_STREAM(3),
    SETTINGS(4),
    PUSH_PROMISE(5),
    PING(6),
    GOAWAY(7),
    WINDOW_UPDATE(8),
    CONTINUATION(9);

    private final int number;

    Kind(int number) {
      this.number = number;
    }
  }

  static final int END_STREAM = 1;
  static final int ACK = 1;
  static final int END_HEADERS = 4;

  /** How a connection ended that was closed without a word of why. */
  static final int WITHOUT_A_CODE = -1;

  static final int FLOW_CONTROL_ERROR = 3;
  static final int ENHANCE_YOUR_CALM = 11;

  private static final int WINDOW_OF_STREAMS = 4;

  private final Socket socket;
  private final OutputStream out;
  private final CompletableFuture<Integer> end = new CompletableFuture<>();
  private final Map<Integer, CompletableFuture<Integer>> streams = new ConcurrentHashMap<>();

  private RawHttp2(Socket socket) throws IOException {
    this.socket = socket;
    this.out = new BufferedOutputStream(socket.getOutputStream(), 1 << 16);
  }

  /** One that reads all that comes. */
  static RawHttp2 open(Target target) throws IOException {
    RawHttp2 connection = begin(Target.socket(target.port()));
    Thread.startVirtualThread(connection::listen);
    return connection;
  }

  /** One that never reads anything. */
  static RawHttp2 deaf(Target target) throws IOException {
    return begin(Target.socket(target.port()));
  }

  private static RawHttp2 begin(Socket socket) throws IOException {
    var connection = new RawHttp2(socket);
    connection.out.write(PREFACE);
    connection.send(Kind.SETTINGS, 0, 0);
    connection.out.flush();
    return connection;
  }

  private void listen() {
    int code = WITHOUT_A_CODE;
    try {
      var in = new DataInputStream(socket.getInputStream());
      while (true) {
        int lengthAndKind = in.readInt();
        Kind kind = Kind.values()[lengthAndKind & 0xff];
        int flags = in.readUnsignedByte();
        int stream = in.readInt();
        ByteBuffer payload = ByteBuffer.wrap(in.readNBytes(lengthAndKind >>> 8));
        if (kind == Kind.GOAWAY) {
          code = payload.getInt(4);
        } else if (kind == Kind.RST_STREAM) {
          streamEnd(stream).complete(payload.getInt(0));
        } else if ((flags & END_STREAM) != 0 && (kind == Kind.HEADERS || kind == Kind.DATA)) {
          streamEnd(stream).complete(0);
        }
      }
    } catch (IOException e) {
      end.complete(code);
    }
  }

  private CompletableFuture<Integer> streamEnd(int stream) {
    return streams.computeIfAbsent(stream, id -> new CompletableFuture<>());
  }

  /** Says a frame, which may wait for {@link #flush}. */
  void send(Kind kind, int flags, int stream, byte... payload) throws IOException {
    out.write(payload.length >>> 16);
    out.write(payload.length >>> 8);
    out.write(payload.length);
    out.write(kind.number);
    out.write(flags);
    out.write(ByteBuffer.allocate(Integer.BYTES).putInt(stream).array());
    out.write(payload);
  }

  void flush() throws IOException {
    out.flush();
  }

  /** Has the other side send nothing on streams: none of them has any window. */
  void closeWindows() throws IOException {
    send(Kind.SETTINGS, 0, 0, setting(WINDOW_OF_STREAMS, 0));
  }

  static byte[] setting(int id, int value) {
    return ByteBuffer.allocate(6).putShort((short) id).putInt(value).array();
  }

  static byte[] number(int value) {
    return ByteBuffer.allocate(Integer.BYTES).putInt(value).array();
  }

  /** The headers of a call. */
  static byte[] call(String method, String... more) {
    var block = new ByteArrayOutputStream();
    field(block, ":method", "POST");
    field(block, ":scheme", "http");
    field(block, ":path", "/" + method);
    field(block, ":authority", "127.0.0.1");
    field(block, "content-type", "application/grpc");
    field(block, "te", "trailers");
    for (int i = 0; i < more.length; i += 2) {
      field(block, more[i], more[i + 1]);
    }
    return block.toByteArray();
  }

  private static void field(ByteArrayOutputStream block, String name, String value) {
    block.write(0);
    text(block, name);
    text(block, value);
  }

  /** A text with its length before it, which has seven bits in its first byte. */
  static void text(ByteArrayOutputStream block, String text) {
    byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);
    int rest = bytes.length;
    if (rest < 0x7f) {
      block.write(rest);
    } else {
      block.write(0x7f);
      for (rest -= 0x7f; rest >= 0x80; rest >>>= 7) {
        block.write((rest & 0x7f) | 0x80);
      }
      block.write(rest);
    }
    block.writeBytes(bytes);
  }

  /** The code with which the other side has closed the connection; waits for it. */
  int end() throws Exception {
    return end.get(Target.PATIENCE.toSeconds(), TimeUnit.SECONDS);
  }

  /** The code with which the other side has ended a stream, 0 for a proper end; waits for it. */
  int streamEndCode(int stream) throws Exception {
    return (Integer)
        CompletableFuture.anyOf(streamEnd(stream), end)
            .get(Target.PATIENCE.toSeconds(), TimeUnit.SECONDS);
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}

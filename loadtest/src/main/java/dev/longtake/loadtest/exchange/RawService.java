package dev.longtake.loadtest.exchange;

import dev.longtake.limit.WireLimits;
import io.grpc.MethodDescriptor;
import io.grpc.Server;
import io.grpc.ServerServiceDefinition;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.ServerCalls;
import java.io.ByteArrayInputStream;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;

/**
 * The least that gRPC can do for slabs, as a process of its own: a key and bytes in, bytes out,
 * nothing checked, no message format. Set up as a coordinator's server is.
 */
public final class RawService {

  private static final int KEY_BYTES = Integer.BYTES;

  private static final MethodDescriptor.Marshaller<byte[]> BYTES =
      new MethodDescriptor.Marshaller<>() {
        @Override
        public InputStream stream(byte[] value) {
          return new ByteArrayInputStream(value);
        }

        @Override
        public byte[] parse(InputStream stream) {
          try {
            return stream.readAllBytes();
          } catch (IOException e) {
            throw new UncheckedIOException(e);
          }
        }
      };

  /** Key, then bytes; answered with nothing. */
  static final MethodDescriptor<byte[], byte[]> PUT = method("Put");

  /** Key; answered with its bytes as soon as they are there. */
  static final MethodDescriptor<byte[], byte[]> GET = method("Get");

  private final Map<Integer, CompletableFuture<byte[]>> slabs = new ConcurrentHashMap<>();

  private RawService() {}

  private static MethodDescriptor<byte[], byte[]> method(String name) {
    return MethodDescriptor.<byte[], byte[]>newBuilder()
        .setType(MethodDescriptor.MethodType.UNARY)
        .setFullMethodName("longtake.loadtest.Raw/" + name)
        .setRequestMarshaller(BYTES)
        .setResponseMarshaller(BYTES)
        .build();
  }

  /** The message of a key, with bytes behind it. */
  static byte[] message(int key, byte[] payload) {
    return ByteBuffer.allocate(KEY_BYTES + payload.length).putInt(key).put(payload).array();
  }

  /** Serves until its input ends; prints the port first. */
  public static void main(String[] arguments) throws IOException {
    var service = new RawService();
    Server server =
        NettyServerBuilder.forAddress(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
            .executor(Executors.newVirtualThreadPerTaskExecutor())
            .maxInboundMessageSize(WireLimits.MESSAGE_BYTES_MAX)
            .flowControlWindow(WireLimits.FLOW_CONTROL_WINDOW_BYTES)
            .addService(service.definition())
            .build()
            .start();
    try (var output = new FileOutputStream(FileDescriptor.out)) {
      output.write((server.getPort() + "\n").getBytes(StandardCharsets.US_ASCII));
    }
    while (System.in.read() >= 0) {}
    server.shutdownNow();
  }

  private ServerServiceDefinition definition() {
    return ServerServiceDefinition.builder("longtake.loadtest.Raw")
        .addMethod(
            PUT,
            ServerCalls.asyncUnaryCall(
                (message, answer) -> {
                  slab(message).complete(Arrays.copyOfRange(message, KEY_BYTES, message.length));
                  answer.onNext(new byte[0]);
                  answer.onCompleted();
                }))
        .addMethod(
            GET,
            ServerCalls.asyncUnaryCall(
                (message, answer) -> {
                  var _ =
                      slab(message)
                          .thenAccept(
                              payload -> {
                                answer.onNext(payload);
                                answer.onCompleted();
                              });
                }))
        .build();
  }

  /** A key below zero has all forgotten. */
  private CompletableFuture<byte[]> slab(byte[] message) {
    int key = ByteBuffer.wrap(message).getInt();
    if (key < 0) {
      slabs.clear();
      return new CompletableFuture<>();
    }
    return slabs.computeIfAbsent(key, it -> new CompletableFuture<>());
  }
}

package dev.longtake.coordinator.access;

import com.google.common.io.ByteStreams;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.concurrent.CompletableFuture;

/** Makes any call by its name, to see how it is answered. */
final class Knock {

  private static final MethodDescriptor.Marshaller<byte[]> BYTES =
      new MethodDescriptor.Marshaller<>() {
        @Override
        public InputStream stream(byte[] value) {
          return new ByteArrayInputStream(value);
        }

        @Override
        public byte[] parse(InputStream stream) {
          try {
            return ByteStreams.toByteArray(stream);
          } catch (IOException e) {
            throw new UncheckedIOException(e);
          }
        }
      };

  private Knock() {}

  /** How it ended; OK as soon as there is an answer, after which it is no longer wanted. */
  static Status at(Channel door, String call) {
    return at(door, call, new byte[0]);
  }

  /** The same, with this message. */
  static Status at(Channel door, String call, byte[] message) {
    var end = new CompletableFuture<Status>();
    ClientCall<byte[], byte[]> made =
        door.newCall(
            MethodDescriptor.<byte[], byte[]>newBuilder()
                .setFullMethodName(call)
                .setType(MethodDescriptor.MethodType.BIDI_STREAMING)
                .setRequestMarshaller(BYTES)
                .setResponseMarshaller(BYTES)
                .build(),
            CallOptions.DEFAULT);
    made.start(
        new ClientCall.Listener<>() {
          @Override
          public void onMessage(byte[] message) {
            end.complete(Status.OK);
          }

          @Override
          public void onClose(Status status, Metadata trailers) {
            end.complete(status);
          }
        },
        new Metadata());
    made.request(1);
    made.sendMessage(message);
    made.halfClose();
    Status status = end.join();
    made.cancel("answered", null);
    return status;
  }
}

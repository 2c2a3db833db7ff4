package dev.longtake.coordinator.api;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import dev.longtake.error.ErrorCode;
import dev.longtake.error.LongtakeException;
import dev.longtake.limit.WireLimits;
import dev.longtake.wire.GrpcErrors;
import io.grpc.stub.ServerCallStreamObserver;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.util.function.Function;

/**
 * Sends a file in pieces, as fast as the other side reads: one piece in memory at a time. The first
 * one is small, and each that was taken lets the next be twice as large, so that many who ask and
 * take nothing hold little.
 */
final class PieceSender<T> {

  private static final int FIRST_PIECE_BYTES = 64 << 10;

  private final ServerCallStreamObserver<T> stream;
  private final SeekableByteChannel file;
  private final Function<ByteString, T> message;
  private int pieceBytes = FIRST_PIECE_BYTES;
  private boolean hasEnded;

  private PieceSender(
      ServerCallStreamObserver<T> stream,
      SeekableByteChannel file,
      Function<ByteString, T> message) {
    this.stream = stream;
    this.file = file;
    this.message = message;
  }

  /**
   * Starts to send, from {@code offset} on, and returns. Closes the file in the end. Has to be
   * called before the service method returns.
   */
  static <T> void start(
      ServerCallStreamObserver<T> stream,
      SeekableByteChannel file,
      long offset,
      Function<ByteString, T> message) {
    var sender = new PieceSender<>(stream, file, message);
    try {
      long size = file.size();
      if (offset < 0 || offset > size) {
        throw new LongtakeException(
            ErrorCode.REQUEST_INVALID,
            "offset: expected 0 to %d, found %d".formatted(size, offset));
      }
      file.position(offset);
    } catch (IOException e) {
      sender.close();
      throw new LongtakeException(ErrorCode.FILE_UNUSABLE, "cannot read: " + e, e);
    } catch (LongtakeException e) {
      sender.close();
      throw e;
    }
    stream.setOnReadyHandler(sender::drain);
    stream.setOnCancelHandler(sender::close);
    sender.drain();
  }

  private synchronized void drain() {
    try {
      while (!hasEnded && stream.isReady()) {
        ByteBuffer piece = ByteBuffer.allocate(pieceBytes);
        pieceBytes = Math.min(2 * pieceBytes, WireLimits.PIECE_BYTES);
        while (piece.hasRemaining() && file.read(piece) >= 0) {}
        if (piece.position() > 0) {
          stream.onNext(message.apply(UnsafeByteOperations.unsafeWrap(piece.flip())));
        } else {
          close();
          stream.onCompleted();
        }
      }
    } catch (IOException e) {
      close();
      stream.onError(
          GrpcErrors.toStatus(
              new LongtakeException(ErrorCode.FILE_UNUSABLE, "cannot read: " + e, e)));
    } catch (LongtakeException e) {
      close();
      stream.onError(GrpcErrors.toStatus(e));
    }
  }

  private synchronized void close() {
    hasEnded = true;
    try {
      file.close();
    } catch (IOException e) {
      throw new LongtakeException(ErrorCode.FILE_UNUSABLE, "cannot close: " + e, e);
    }
  }
}

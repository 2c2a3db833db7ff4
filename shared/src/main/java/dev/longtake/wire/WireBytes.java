package dev.longtake.wire;

import com.google.protobuf.ByteOutput;
import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;

/**
 * The bytes of a message without another copy of them: slabs and checkpoints are large, and once a
 * message is read nobody else has its array.
 */
public final class WireBytes {

  private WireBytes() {}

  /**
   * The content as an array: its own one where it has one alone, else a copy.
   *
   * @param content of a message that was received, or of one that its sender does not change
   *     afterwards
   * @return not to be changed by anyone
   */
  public static byte[] array(ByteString content) {
    var taken = new Taken(content.size());
    try {
      UnsafeByteOperations.unsafeWriteTo(content, taken);
    } catch (IOException e) {
      throw new UncheckedIOException("memory cannot fail", e);
    }
    return taken.bytes;
  }

  /** Takes over what comes whole, and puts together what comes in parts. */
  private static final class Taken extends ByteOutput {

    private final int size;
    private byte[] bytes = {};
    private int length;

    private Taken(int size) {
      this.size = size;
    }

    @Override
    public void writeLazy(byte[] value, int offset, int count) {
      if (offset == 0 && count == size && value.length == size) {
        bytes = value;
        length = size;
      } else {
        write(value, offset, count);
      }
    }

    @Override
    public void write(byte[] value, int offset, int count) {
      room();
      System.arraycopy(value, offset, bytes, length, count);
      length += count;
    }

    @Override
    public void write(byte value) {
      room();
      bytes[length++] = value;
    }

    @Override
    public void writeLazy(ByteBuffer value) {
      write(value);
    }

    @Override
    public void write(ByteBuffer value) {
      room();
      int count = value.remaining();
      value.duplicate().get(bytes, length, count);
      length += count;
    }

    private void room() {
      if (bytes.length != size) {
        bytes = new byte[size];
      }
    }
  }
}

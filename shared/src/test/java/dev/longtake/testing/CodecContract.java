package dev.longtake.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.longtake.digest.Digest;
import dev.longtake.error.ErrorCode;
import dev.longtake.error.LongtakeException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.function.Consumer;
import java.util.function.IntConsumer;

/**
 * What every binary form of this project promises: the bytes of a sample stay what they are for
 * ever, and whatever is done to them is refused as {@link ErrorCode#DATA_CORRUPT}, not as anything
 * else, before anything is allocated for it.
 *
 * @param name what messages begin with
 * @param golden the sample's encoding, in hexadecimal
 * @param encoded the sample's encoding, as it is made now
 * @param axesAt where the first axis stands
 * @param axisCount u32 numbers from there on
 * @param sealAt where the digest of all that follows it stands, or a negative number
 * @param allIsGuarded whether any bit turned over is noticed; else only those of the header
 * @param decode of the codec
 */
@SuppressWarnings("ArrayRecordComponent") // Passed on, never compared.
public record CodecContract(
    String name,
    String golden,
    byte[] encoded,
    int axesAt,
    int axisCount,
    int sealAt,
    boolean allIsGuarded,
    Consumer<byte[]> decode) {

  /** No digest of all that follows. */
  public static final int NO_SEAL = -1;

  private static final int MAGIC_AT = 0;
  private static final int VERSION_AT = 4;

  /** Checks all of it. */
  public void check() {
    assertThat(HexFormat.of().formatHex(encoded)).as("%s: its bytes", name).isEqualTo(golden);
    decode.accept(encoded.clone());
    truncated();
    tooLong();
    turnedOver();
    otherMagicOrVersion();
    otherAxes();
  }

  private void truncated() {
    for (int length = 0; length < encoded.length; length++) {
      refused("cut to " + length + " bytes", Arrays.copyOf(encoded, length));
    }
  }

  private void tooLong() {
    refused("a byte longer", Arrays.copyOf(encoded, encoded.length + 1));
  }

  private void turnedOver() {
    int guarded = allIsGuarded ? encoded.length : axesAt;
    for (int bit = 0; bit < 8 * encoded.length; bit++) {
      byte[] broken = encoded.clone();
      broken[bit / 8] ^= (byte) (1 << bit % 8);
      if (bit / 8 < guarded) {
        refused("bit " + bit, broken);
      } else {
        refusedOrRead("bit " + bit, broken);
      }
    }
  }

  private void otherMagicOrVersion() {
    refused("magic", changed(bytes -> bytes.putInt(MAGIC_AT, 0x21212121)));
    for (int version : new int[] {0, 2, -1}) {
      refused("version " + version, changed(bytes -> bytes.putInt(VERSION_AT, version)));
    }
  }

  /** Every axis, and then all together, beyond anything that could be allocated. */
  private void otherAxes() {
    eachAxis(at -> refused("axis at " + at + " negative", sealed(at, -1)));
    eachAxis(at -> refused("axis at " + at + " least", sealed(at, Integer.MIN_VALUE)));
    eachAxis(at -> refusedOrRead("axis at " + at + " zero", sealed(at, 0)));
    for (int huge : new int[] {1000, 1 << 14, 1 << 16, Integer.MAX_VALUE}) {
      eachAxis(at -> refusedOrRead("axis at " + at + " " + huge, sealed(at, huge)));
      byte[] all = encoded.clone();
      eachAxis(at -> littleEndian(all).putInt(at, huge));
      refusedOrRead("all axes " + huge, seal(all));
    }
  }

  private void eachAxis(IntConsumer check) {
    for (int i = 0; i < axisCount; i++) {
      check.accept(axesAt + i * Integer.BYTES);
    }
  }

  private byte[] sealed(int at, int value) {
    return seal(changed(bytes -> bytes.putInt(at, value)));
  }

  private byte[] changed(Consumer<ByteBuffer> change) {
    byte[] changed = encoded.clone();
    change.accept(littleEndian(changed));
    return changed;
  }

  /** As somebody would who knows the form: the digest fits what it covers. */
  private byte[] seal(byte[] content) {
    if (sealAt >= 0) {
      int from = sealAt + Digest.BYTE_COUNT;
      Digest digest = Digest.of(ByteBuffer.wrap(content, from, content.length - from));
      ByteBuffer.wrap(content).put(sealAt, digest.toBytes());
    }
    return content;
  }

  private static ByteBuffer littleEndian(byte[] bytes) {
    return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }

  private void refused(String what, byte[] broken) {
    Throwable thrown = catchThrowable(() -> decode.accept(broken));
    assertThat(thrown).as("%s: %s", name, what).isInstanceOf(LongtakeException.class);
    corrupt(what, thrown);
  }

  private void refusedOrRead(String what, byte[] broken) {
    Throwable thrown = catchThrowable(() -> decode.accept(broken));
    if (thrown != null) {
      corrupt(what, thrown);
    }
  }

  private void corrupt(String what, Throwable thrown) {
    assertThat(thrown)
        .as("%s: %s", name, what)
        .isInstanceOfSatisfying(
            LongtakeException.class,
            failure -> assertThat(failure.code()).isEqualTo(ErrorCode.DATA_CORRUPT))
        .hasMessageStartingWith(name + ": expected ");
  }
}

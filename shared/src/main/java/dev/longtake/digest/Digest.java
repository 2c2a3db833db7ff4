package dev.longtake.digest;

import static dev.longtake.error.Require.require;

import java.io.IOException;
import java.io.InputStream;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.regex.Pattern;

/**
 * A SHA-256 digest.
 *
 * @param hex 64 lower-case hexadecimal digits
 */
public record Digest(String hex) {

  private static final Pattern FORM = Pattern.compile("[0-9a-f]{64}");

  /** Bytes of a digest. */
  public static final int BYTE_COUNT = 32;

  public Digest {
    require(isValid(hex), "expected 64 lower-case hexadecimal digits, found \"%s\"", hex);
  }

  /** Whether the text has the form of a digest. */
  public static boolean isValid(String hex) {
    return FORM.matcher(hex).matches();
  }

  /** The digest of these bytes. */
  public static Digest of(byte[] content) {
    return hasher().update(content).digest();
  }

  /** The digest of the buffer's remaining bytes; its position does not move. */
  public static Digest of(ByteBuffer content) {
    return hasher().update(content).digest();
  }

  /** The digest of a mapped or native segment of any size. */
  public static Digest of(MemorySegment content) {
    return hasher().update(content).digest();
  }

  /**
   * The digest of all that is left of a stream, which stays open.
   *
   * @throws IOException if it cannot be read
   */
  public static Digest of(InputStream content) throws IOException {
    Hasher hasher = hasher();
    byte[] buffer = new byte[1 << 16];
    for (int count = content.read(buffer); count >= 0; count = content.read(buffer)) {
      hasher.update(buffer, 0, count);
    }
    return hasher.digest();
  }

  /** The digest of the text's UTF-8 bytes. */
  public static Digest ofText(String text) {
    return of(text.getBytes(StandardCharsets.UTF_8));
  }

  /** The digest whose 32 bytes these are. */
  public static Digest fromBytes(byte[] raw) {
    require(raw.length == BYTE_COUNT, "expected %d bytes, found %d", BYTE_COUNT, raw.length);
    return new Digest(HexFormat.of().formatHex(raw));
  }

  /** Starts a digest over bytes that come in pieces. */
  public static Hasher hasher() {
    return new Hasher();
  }

  /** The 32 bytes. */
  public byte[] toBytes() {
    return HexFormat.of().parseHex(hex);
  }

  @Override
  public String toString() {
    return hex;
  }

  /** A digest in the making. Not safe for several threads. */
  public static final class Hasher {

    private static final int PIECE = 1 << 24;
    private final MessageDigest sha256;

    private Hasher() {
      try {
        sha256 = MessageDigest.getInstance("SHA-256");
      } catch (NoSuchAlgorithmException e) {
        throw new IllegalStateException("every Java runtime has SHA-256", e);
      }
    }

    /** Adds all bytes. */
    public Hasher update(byte[] content) {
      sha256.update(content);
      return this;
    }

    /** Adds {@code length} bytes from {@code offset} on. */
    public Hasher update(byte[] content, int offset, int length) {
      sha256.update(content, offset, length);
      return this;
    }

    /** Adds the remaining bytes; the buffer's position does not move. */
    public Hasher update(ByteBuffer content) {
      sha256.update(content.duplicate());
      return this;
    }

    /** Adds a segment of any size. */
    public Hasher update(MemorySegment content) {
      for (long at = 0; at < content.byteSize(); at += PIECE) {
        long length = Math.min(PIECE, content.byteSize() - at);
        sha256.update(content.asSlice(at, length).asByteBuffer());
      }
      return this;
    }

    /** The digest of all that was added; the hasher starts anew. */
    public Digest digest() {
      return fromBytes(sha256.digest());
    }
  }
}

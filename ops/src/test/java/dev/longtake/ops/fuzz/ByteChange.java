package dev.longtake.ops.fuzz;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;

/**
 * Changes bytes without knowing what they are: turns bits, writes numbers from the edges, takes
 * parts out, repeats them, brings some in from elsewhere, cuts the end off, and writes words that
 * mean something to readers of text.
 */
final class ByteChange implements Change {

  static final int LENGTH_MAX = 1 << 15;

  private static final int PART_MAX = 64;
  private static final int REPEATS_MAX = 200;
  private static final long[] EDGES = {
    0,
    1,
    -1,
    127,
    128,
    255,
    256,
    32_767,
    32_768,
    65_535,
    65_536,
    1 << 24,
    1 << 30,
    Integer.MAX_VALUE,
    Integer.MIN_VALUE,
    1L << 32,
    1L << 40,
    Long.MAX_VALUE,
    Long.MIN_VALUE
  };

  private final List<byte[]> words;

  private ByteChange(List<byte[]> words) {
    this.words = words;
  }

  /** One that knows these words of the language, beside those of all. */
  static Change with(String... words) {
    return new ByteChange(
        java.util.stream.Stream.concat(
                java.util.stream.Stream.of(
                    "-1",
                    "0",
                    "1e999",
                    "-0.0",
                    "99999999999999999999",
                    "NaN",
                    "null",
                    "true",
                    "\"",
                    "[",
                    "]",
                    "{",
                    "}",
                    ":",
                    ",",
                    "\n",
                    "\r\n",
                    "\t",
                    "\\",
                    "\\u0000",
                    "\u0000",
                    "\ufeff",
                    "\ud83e\udd8f",
                    "e\u0301",
                    "/",
                    "../",
                    "#",
                    "  "),
                java.util.stream.Stream.of(words))
            .map(word -> word.getBytes(StandardCharsets.UTF_8))
            .toList());
  }

  @Override
  public byte[] of(byte[] input, List<byte[]> others, SplittableRandom random) {
    byte[] changed = input.clone();
    int steps = 1 + random.nextInt(4);
    for (int i = 0; i < steps; i++) {
      changed = step(changed, others, random);
    }
    return changed.length > LENGTH_MAX ? Arrays.copyOf(changed, LENGTH_MAX) : changed;
  }

  private byte[] step(byte[] input, List<byte[]> others, SplittableRandom random) {
    int at = random.nextInt(input.length + 1);
    int length = Math.min(1 + random.nextInt(PART_MAX), input.length - at);
    byte[] part = Arrays.copyOfRange(input, at, at + length);
    return switch (random.nextInt(9)) {
      case 0 -> turned(input, at, (byte) (1 << random.nextInt(8)));
      case 1 -> turned(input, at, (byte) random.nextInt());
      case 2 -> edge(input, at, random);
      case 3 -> spliced(input, at, length, new byte[0], 1);
      case 4 -> spliced(input, at, 0, part, 1 + random.nextInt(REPEATS_MAX));
      case 5 -> spliced(input, random.nextInt(input.length + 1), 0, part, 1);
      case 6 -> spliced(input, at, length, foreign(others, random), 1);
      case 7 -> Arrays.copyOf(input, at);
      default -> spliced(input, at, random.nextInt(2) * length, word(random), 1);
    };
  }

  private byte[] word(SplittableRandom random) {
    return words.get(random.nextInt(words.size()));
  }

  private static byte[] turned(byte[] input, int at, byte bits) {
    if (at < input.length) {
      input[at] ^= bits;
    }
    return input;
  }

  /** A number of one to eight bytes, in either order. */
  private static byte[] edge(byte[] input, int at, SplittableRandom random) {
    long value = EDGES[random.nextInt(EDGES.length)] + random.nextInt(3) - 1;
    int bytes = 1 << random.nextInt(4);
    boolean isLittleEndian = random.nextBoolean();
    for (int i = 0; i < bytes && at + i < input.length; i++) {
      int shift = 8 * (isLittleEndian ? i : bytes - 1 - i);
      input[at + i] = (byte) (value >>> shift);
    }
    return input;
  }

  private static byte[] foreign(List<byte[]> others, SplittableRandom random) {
    byte[] other = others.get(random.nextInt(others.size()));
    int at = random.nextInt(other.length + 1);
    return Arrays.copyOfRange(other, at, Math.min(other.length, at + PART_MAX));
  }

  private static byte[] spliced(byte[] input, int at, int removed, byte[] added, int times) {
    var out = new ByteArrayOutputStream();
    out.write(input, 0, at);
    for (int i = 0; i < times; i++) {
      out.writeBytes(added);
    }
    out.write(input, at + removed, input.length - at - removed);
    return out.toByteArray();
  }
}

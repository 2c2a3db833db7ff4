package dev.longtake.text;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * Replaces characters, or runs of them, by others: what sentencepiece compiles its Unicode rules
 * into. A double-array trie finds the longest run at a place; its value is where the replacement
 * stands in a block of zero-terminated strings.
 *
 * @see <a href="https://github.com/s-yata/darts-clone">darts-clone, for the layout of a unit</a>
 */
final class CharacterMap {

  /**
   * Bytes; the longest of Unicode's rules has 33. A map without zeros would be one for each letter.
   */
  private static final int REPLACEMENT_MAX = 256;

  private final int[] units;
  private final byte[] replacements;

  /**
   * @param compiled length of the trie in bytes (u32), the trie, the strings; empty: nothing is
   *     replaced
   */
  CharacterMap(byte[] compiled) {
    ByteBuffer bytes = ByteBuffer.wrap(compiled).order(ByteOrder.LITTLE_ENDIAN);
    int trieBytes = compiled.length == 0 ? 0 : bytes.getInt();
    if (trieBytes < 0 || trieBytes % 4 != 0 || trieBytes > bytes.remaining()) {
      throw new IllegalArgumentException("a trie of " + trieBytes + " bytes");
    }
    units = new int[trieBytes / 4];
    for (int i = 0; i < units.length; i++) {
      units[i] = bytes.getInt();
    }
    replacements = new byte[bytes.remaining()];
    bytes.get(replacements);
  }

  /**
   * What stands at a place.
   *
   * @param replacement for the next {@code length} bytes
   */
  record Match(String replacement, int length) {}

  /** The longest run at {@code first} that has a replacement; else one character as it is. */
  Match at(byte[] text, int first) {
    int length = 0;
    int value = 0;
    int node = units.length == 0 ? 0 : offset(units[0]);
    for (int i = first; i < text.length && units.length > 0; i++) {
      int label = text[i] & 0xff;
      node ^= label;
      if (node < 0 || node >= units.length || (units[node] & 0x800000ff) != label) {
        break;
      }
      int unit = units[node];
      node ^= offset(unit);
      if ((unit >>> 8 & 1) == 1 && isReplacement(node)) {
        length = i + 1 - first;
        value = units[node] & 0x7fffffff;
      }
    }
    if (length > 0) {
      return new Match(replacement(value), length);
    }
    int width = Math.min(width(text[first]), text.length - first);
    return new Match(new String(text, first, width, UTF_8), width);
  }

  /** Whether the unit there says where a replacement stands; of a broken map it may not. */
  private boolean isReplacement(int node) {
    return node >= 0 && node < units.length && (units[node] & 0x7fffffff) < replacements.length;
  }

  private static int offset(int unit) {
    return unit >>> 10 << ((unit & 1 << 9) >>> 6);
  }

  private String replacement(int first) {
    int end = first;
    while (end < replacements.length && end - first < REPLACEMENT_MAX && replacements[end] != 0) {
      end++;
    }
    return new String(replacements, first, end - first, UTF_8);
  }

  /** Bytes of a character that begins with this one. */
  private static int width(byte first) {
    int bits = first & 0xff;
    return bits < 0x80 ? 1 : bits < 0xe0 ? 2 : bits < 0xf0 ? 3 : 4;
  }
}

package dev.longtake.story;

import dev.longtake.digest.Digest;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * Derives the seed of a shot that has none of its own.
 *
 * <p>It is the first eight bytes, big-endian, of SHA-256 over the story's seed (eight bytes,
 * big-endian) followed by the shot's id in UTF-8. So a shot keeps its seed, and with it its
 * picture, when other shots are added, moved or removed.
 */
public final class ShotSeeds {

  private ShotSeeds() {}

  /** The seed of shot {@code shotId} in a story with this seed. */
  public static long derive(long storySeed, String shotId) {
    byte[] id = shotId.getBytes(StandardCharsets.UTF_8);
    ByteBuffer input = ByteBuffer.allocate(Long.BYTES + id.length).putLong(storySeed).put(id);
    return ByteBuffer.wrap(Digest.of(input.flip()).toBytes()).getLong();
  }
}

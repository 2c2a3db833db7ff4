package dev.longtake.latent.hazelcast;

import dev.longtake.config.Secret;
import dev.longtake.error.LongtakeException;
import dev.longtake.latent.CheckpointKey;
import dev.longtake.latent.LatentStore;
import dev.longtake.latent.PutOutcome;
import dev.longtake.latent.Side;
import dev.longtake.latent.SlabKey;
import dev.longtake.serial.SerialFilter;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * A member of the store as a process of its own, for tests that end it without asking. It answers
 * each line of its input with one line.
 */
final class MemberProgram {

  static final Secret SECRET = new Secret("of these tests");

  private static final long BYTES_MAX = 32 << 20;
  private static final int SLAB_BYTES = 10_000;

  private MemberProgram() {}

  /** Arguments: port, addresses of all members with commas between them, and yes for the filter. */
  public static void main(String[] arguments) throws IOException {
    PrintStream out = System.out;
    System.setOut(System.err); // Logs go there; answers alone go out.
    if (arguments[2].equals("yes")) {
      SerialFilter.install();
    }
    var config =
        new HazelcastStoreConfig(
            SECRET,
            "127.0.0.1",
            Integer.parseInt(arguments[0]),
            List.of(arguments[1].split(",")),
            BYTES_MAX);
    try (var store = HazelcastLatentStore.start(config);
        var lines =
            new BufferedReader(new InputStreamReader(System.in, StandardCharsets.US_ASCII))) {
      out.println(store.address());
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        out.println(answer(store, line.split(" ")));
      }
    }
  }

  private static String answer(HazelcastLatentStore store, String[] words) {
    try {
      return switch (words[0]) {
        case "together" -> isTogether(store, number(words, 1)) ? "yes" : "no";
        case "members" -> "" + store.memberCount();
        case "put" -> "" + put(store, number(words, 1), number(words, 2));
        case "held" -> "" + held(store, number(words, 1), number(words, 2));
        default -> throw new IllegalArgumentException(words[0]);
      };
    } catch (LongtakeException e) {
      return e.code().name();
    }
  }

  private static int number(String[] words, int index) {
    return Integer.parseInt(words[index]);
  }

  private static boolean isTogether(HazelcastLatentStore store, int memberCount) {
    return store.memberCount() == memberCount && store.isSafe();
  }

  /** Slabs and checkpoints of these steps; how long the longest call took, in milliseconds. */
  private static long put(LatentStore store, int first, int end) {
    long longest = 0;
    for (int step = first; step < end; step++) {
      long begin = System.nanoTime();
      require(store.put(slab(step), content(step)));
      longest = Math.max(longest, System.nanoTime() - begin);
      require(store.putCheckpoint(checkpoint(step), content(-step)));
    }
    return Duration.ofNanos(longest).toMillis();
  }

  private static void require(PutOutcome outcome) {
    if (outcome == PutOutcome.DIFFERENT) {
      throw new IllegalStateException("expected these bytes or none, found others");
    }
  }

  /** How many of these steps' slabs and checkpoints are there. */
  private static long held(LatentStore store, int first, int end) {
    return IntStream.range(first, end)
        .filter(
            step ->
                isIt(store.await(slab(step), Duration.ZERO), step)
                    && isIt(store.checkpoint(checkpoint(step)), -step))
        .count();
  }

  private static boolean isIt(Optional<byte[]> found, int value) {
    return found.filter(bytes -> ByteBuffer.wrap(bytes).getInt() == value).isPresent();
  }

  private static SlabKey slab(int step) {
    return new SlabKey("story", 0, 0, Side.LEFT, step);
  }

  private static CheckpointKey checkpoint(int step) {
    return new CheckpointKey("story", 0, 0, step + 1);
  }

  private static byte[] content(int value) {
    return ByteBuffer.allocate(SLAB_BYTES).putInt(value).array();
  }
}

package dev.longtake.ops.fuzz;

import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Tries each target for a moment: what it begins with, what was ever found, and changes of those.
 *
 * <p>{@code -Dlongtake.fuzz.seed} gives other changes, {@code -Dlongtake.fuzz.count} more.
 */
@Timeout(300)
class FuzzTest {

  private static final long SEED = Long.getLong("longtake.fuzz.seed", 20_261_130);
  private static final int COUNT = Integer.getInteger("longtake.fuzz.count", 200);
  private static final int SHOWN_BYTES = 4000;

  @TempDir private Path folder;

  @TestFactory
  Stream<DynamicTest> read_whateverTheBytes_givesAValueOrSaysWhatIsWrong() {
    return FuzzTargets.in(folder).stream()
        .map(target -> DynamicTest.dynamicTest(target.name(), () -> attack(target)));
  }

  private static void attack(FuzzTarget target) {
    List<byte[]> inputs = Inputs.of(target);
    for (byte[] input : inputs) {
      check(target, input, "an input to begin with");
    }
    for (int i = 0; i < COUNT; i++) {
      var random = new SplittableRandom(SEED * 31 + i);
      byte[] input = inputs.get(random.nextInt(inputs.size()));
      check(
          target,
          target.change().of(input, inputs, random),
          "-Dlongtake.fuzz.seed=%d, change %d".formatted(SEED, i));
    }
  }

  private static void check(FuzzTarget target, byte[] input, String which) {
    try {
      target.check(input);
    } catch (Throwable e) {
      String shown = HexFormat.of().formatHex(input, 0, Math.min(input.length, SHOWN_BYTES));
      throw new AssertionError(
          "%s: %s, %d bytes, in hexadecimal: %s"
              .formatted(target.name(), which, input.length, shown),
          e);
    }
  }
}

package dev.longtake.weights;

import static org.assertj.core.api.Assertions.assertThat;

import dev.longtake.tensor.Shape;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.net.URISyntaxException;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Objects;
import java.util.stream.IntStream;

/**
 * The golden files under {@code golden/wan}: small random checkpoints and what the original code
 * computes with them. Tolerances stand in their README and are repeated at each use.
 */
public final class Golden {

  private static final String FOLDER = "golden.dir";

  private Golden() {}

  /**
   * A file or folder, {@code tiny-wan-t2v/vae} for example: of the folder that {@code -Dgolden.dir}
   * names (relative to the repository, or absolute), else of the bundled one.
   */
  public static Path path(String name) {
    if (isBundled()) {
      return resource("wan/" + name);
    }
    String folder = System.getProperty(FOLDER, "");
    Path here = Path.of(folder);
    // Tests of a module run in the module's folder.
    return (Files.exists(here) ? here : Path.of("..").resolve(folder)).resolve(name);
  }

  /** Whether the bundled goldens are used. */
  public static boolean isBundled() {
    return System.getProperty(FOLDER, "").isEmpty();
  }

  /** Whether a file or folder is there; of another folder than the bundled one, parts may lack. */
  public static boolean has(String name) {
    return Files.exists(path(name));
  }

  /** A number stored as F32 or I64, in a tensor of one or more. */
  public static double[] numbers(String file, String tensor) {
    try (SafetensorsFile golden = SafetensorsFile.open(path(file))) {
      boolean whole = golden.storedType(tensor).equals("I64");
      return whole
          ? Arrays.stream(longs(file, tensor)).asDoubleStream().toArray()
          : IntStream.range(0, Math.toIntExact(golden.shape(tensor).elementCount()))
              .mapToDouble(i -> golden.readF32(tensor)[i])
              .toArray();
    }
  }

  /** A file or folder under {@code golden}. */
  public static Path resource(String name) {
    try {
      return Path.of(
          Objects.requireNonNull(Golden.class.getResource("/golden/" + name), name).toURI());
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }

  /** A tensor of floats, row-major. */
  public static float[] floats(String file, String tensor) {
    try (SafetensorsFile golden = SafetensorsFile.open(path(file))) {
      return golden.readF32(tensor);
    }
  }

  /** A tensor of whole numbers, stored as I64. */
  public static long[] longs(String file, String tensor) {
    return longs(path(file), tensor);
  }

  /** A tensor of whole numbers of any safetensors file. */
  public static long[] longs(Path file, String tensor) {
    try (SafetensorsFile golden = SafetensorsFile.open(file)) {
      MemorySegment bytes = golden.bytes(tensor);
      return bytes.toArray(ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN));
    }
  }

  /** A tensor of doubles, stored as F64, as floats. */
  public static float[] doubles(String file, String tensor) {
    try (SafetensorsFile golden = SafetensorsFile.open(path(file))) {
      double[] values =
          golden
              .bytes(tensor)
              .toArray(ValueLayout.JAVA_DOUBLE_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN));
      float[] floats = new float[values.length];
      for (int i = 0; i < values.length; i++) {
        floats[i] = (float) values[i];
      }
      return floats;
    }
  }

  /** A tensor's shape. */
  public static Shape shape(String file, String tensor) {
    try (SafetensorsFile golden = SafetensorsFile.open(path(file))) {
      return golden.shape(tensor);
    }
  }

  /** Asserts that no element is further than {@code tolerance} from the expected one. */
  public static void assertClose(String what, float[] actual, float[] expected, double tolerance) {
    assertThat(actual).as(what).hasSameSizeAs(expected);
    double worst = 0.0;
    int worstIndex = 0;
    for (int i = 0; i < expected.length; i++) {
      double difference = Math.abs((double) actual[i] - expected[i]);
      if (!(difference <= worst)) {
        worst = difference;
        worstIndex = i;
      }
    }
    assertThat(worst)
        .as(
            "%s: largest difference, at %d: expected %s, found %s",
            what, worstIndex, expected[worstIndex], actual[worstIndex])
        .isLessThanOrEqualTo(tolerance);
  }
}

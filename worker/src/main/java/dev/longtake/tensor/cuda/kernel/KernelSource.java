package dev.longtake.tensor.cuda.kernel;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * A kernel file with everything it includes, as one text: neither the runtime compiler nor the
 * emulation's needs to look for files.
 *
 * @param name of the file, without its ending
 */
public record KernelSource(String name, String text) {

  /** The kernel files of every device; the resources of a jar cannot be listed. */
  public static final List<String> NAMES =
      List.of(
          "attention",
          "attention_tensor",
          "attention_wide_tensor",
          "channel_norm",
          "conv",
          "conv_split",
          "conv_tensor",
          "elementwise",
          "layer_norm",
          "linear",
          "linear_split",
          "linear_tensor",
          "moves",
          "rms_norm",
          "sampler");

  /** Kernel files for {@link #WARP_GROUPS} alone, loaded only where they are asked for. */
  public static final List<String> WARP_GROUP_NAMES = List.of("attention_warpgroup");

  /** The compute capability whose instructions they use; no other has them. */
  public static final int WARP_GROUPS = 90;

  /** Where kernel files lie, and what is made of them when the jar is built. */
  static final String FOLDER = "/dev/longtake/tensor/cuda/";

  private static final Pattern INCLUDE = Pattern.compile("(?m)^#include \"([a-z_.]+)\"\n");

  /** Kernels for tensor cores multiply bf16, from compute capability 8.0 on. */
  public static final int TENSOR_CORES_FROM = 80;

  /** Instructions of the tensor cores, which a compiler for an older device refuses. */
  private static final Pattern FOR_TENSOR_CORES = Pattern.compile(".*_(tensor|split)");

  /** The files whose kernels a device can run, and so those that it uses. */
  public static List<String> names(int computeCapability) {
    return NAMES.stream()
        .filter(
            name ->
                computeCapability >= TENSOR_CORES_FROM || !FOR_TENSOR_CORES.matcher(name).matches())
        .toList();
  }

  /** All kernel files there are. */
  static List<String> everyName() {
    return Stream.concat(NAMES.stream(), WARP_GROUP_NAMES.stream()).toList();
  }

  /** Whether it is for {@link #WARP_GROUPS} alone. */
  boolean isForWarpGroups() {
    return WARP_GROUP_NAMES.contains(name);
  }

  /**
   * What a compiler is told of the device after {@code sm_} or {@code compute_}.
   *
   * @param computeCapability 90 for 9.0
   */
  String architecture(int computeCapability) {
    return isForWarpGroups() ? WARP_GROUPS + "a" : Integer.toString(computeCapability);
  }

  /** Reads {@code name.cu}. */
  public static KernelSource load(String name) {
    return new KernelSource(name, expand(name + ".cu", new HashSet<>()));
  }

  private static String expand(String file, Set<String> seen) {
    StringBuilder text = new StringBuilder();
    Matcher include = INCLUDE.matcher(read(file));
    while (include.find()) {
      String included = include.group(1);
      String body = seen.add(included) ? expand(included, seen) : "";
      include.appendReplacement(text, Matcher.quoteReplacement(body));
    }
    return include.appendTail(text).toString();
  }

  private static String read(String file) {
    try (InputStream stream = KernelSource.class.getResourceAsStream(FOLDER + file)) {
      if (stream == null) {
        throw new IllegalArgumentException("no such kernel file: " + file);
      }
      return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** SHA-256 of the text and of what it is compiled with, in hexadecimal. */
  public String digest(String... also) {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      digest.update(text.getBytes(StandardCharsets.UTF_8));
      for (String part : also) {
        digest.update((byte) 0);
        digest.update(part.getBytes(StandardCharsets.UTF_8));
      }
      return HexFormat.of().formatHex(digest.digest());
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}

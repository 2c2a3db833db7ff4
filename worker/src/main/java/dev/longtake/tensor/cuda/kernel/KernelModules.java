package dev.longtake.tensor.cuda.kernel;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.longtake.error.ErrorCode;
import dev.longtake.error.LongtakeException;
import dev.longtake.tensor.cuda.kernel.KernelCache.Code;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * All kernels, loaded. They are made in one way, the first of a machine's whose code the driver
 * takes for every file, so that the checksum names the bits that they give.
 *
 * @param modules by the file's name
 * @param compiler what made them
 * @param checksum of the machine code, and of what finishes it
 */
public record KernelModules<M>(Map<String, M> modules, String compiler, String checksum) {

  /** What loads code into a device. */
  public interface Target<M> {

    /**
     * Loads a file.
     *
     * @throws CodeRefusedException if this code is not for this driver and device
     */
    M load(KernelSource source, byte[] code) throws CodeRefusedException;

    /** Gives it back. */
    void unload(M module);
  }

  /**
   * Loads kernel files.
   *
   * @param ways the best first
   * @param names of the files, all of which the device can run
   * @param computeCapability 90 for 9.0
   * @throws LongtakeException {@code ENGINE_FAILED} with what each of the ways said, if none does
   */
  public static <M> KernelModules<M> load(
      String device,
      List<KernelCache> ways,
      List<String> names,
      int computeCapability,
      Target<M> target) {
    List<String> reasons = new ArrayList<>();
    for (KernelCache way : ways) {
      try {
        return load(way, names, computeCapability, target);
      } catch (CodeRefusedException e) {
        reasons.add("by %s: %s".formatted(way.compiler().version(), e.getMessage()));
      }
    }
    throw new LongtakeException(
        ErrorCode.ENGINE_FAILED,
        "%s takes no kernels: %s"
            .formatted(
                device,
                reasons.isEmpty()
                    ? "nothing here compiles them; expected NVRTC (one of %s) or nvcc of a CUDA that the driver knows, or PTX in the jar"
                        .formatted(String.join(", ", NvrtcCompiler.NAMES))
                    : String.join("; ", reasons)));
  }

  private static <M> KernelModules<M> load(
      KernelCache way, List<String> names, int computeCapability, Target<M> target)
      throws CodeRefusedException {
    Map<String, M> modules = new LinkedHashMap<>();
    MessageDigest digest = sha256();
    try {
      for (String name : names) {
        modules.put(name, load(way, KernelSource.load(name), computeCapability, target, digest));
      }
    } catch (CodeRefusedException | RuntimeException | Error e) {
      modules.values().forEach(target::unload);
      throw e;
    }
    digest.update(way.compiler().finisher().getBytes(UTF_8));
    String checksum = HexFormat.of().formatHex(digest.digest());
    return new KernelModules<>(modules, way.compiler().version(), checksum);
  }

  private static <M> M load(
      KernelCache way,
      KernelSource source,
      int computeCapability,
      Target<M> target,
      MessageDigest digest)
      throws CodeRefusedException {
    Code code = code(way, source, computeCapability);
    byte[] taken = code.bytes();
    M module;
    try {
      module = target.load(source, taken);
    } catch (CodeRefusedException e) {
      if (!code.isKept()) {
        throw e;
      }
      // Not necessarily the way's fault: what was kept may be of another driver's day.
      taken = way.fresh(source, computeCapability);
      module = target.load(source, taken);
    }
    digest.update(taken);
    return module;
  }

  /** A compiler that does not know the device is no reason to give up either. */
  private static Code code(KernelCache way, KernelSource source, int computeCapability)
      throws CodeRefusedException {
    try {
      return way.code(source, computeCapability);
    } catch (LongtakeException e) {
      throw new CodeRefusedException(e.getMessage());
    }
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}

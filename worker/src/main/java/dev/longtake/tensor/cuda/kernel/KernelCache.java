package dev.longtake.tensor.cuda.kernel;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.Optional;
import java.util.function.BiConsumer;

/**
 * Compiled kernels on disk, so that only the first start on a machine compiles. The name of a file
 * is a hash of the source, the architecture and the compiler's version, so none is ever out of
 * date; it ends in a hash of the code, so that one that a full disk cut short is made anew. A
 * folder that cannot be written costs time and nothing else.
 */
public final class KernelCache {

  private static final int SEAL_BYTES = 32;

  /**
   * Machine code.
   *
   * @param isKept whether it is from an earlier start
   */
  @SuppressWarnings("ArrayRecordComponent") // Never compared.
  record Code(byte[] bytes, boolean isKept) {}

  private final Path folder;
  private final KernelCompiler compiler;
  private final BiConsumer<String, Throwable> warnings;

  public KernelCache(Path folder, KernelCompiler compiler, BiConsumer<String, Throwable> warnings) {
    this.folder = folder;
    this.compiler = compiler;
    this.warnings = warnings;
  }

  /** {@code longtake.kernels} if set; else in the user's cache folder. */
  public static Path defaultFolder() {
    String set = System.getProperty("longtake.kernels");
    if (set != null) {
      return Path.of(set);
    }
    return Path.of(System.getProperty("user.home"), ".cache", "longtake", "kernels");
  }

  /** What makes the code. */
  public KernelCompiler compiler() {
    return compiler;
  }

  /** What the driver loads, compiled now or earlier. */
  Code code(KernelSource source, int computeCapability) {
    Optional<byte[]> known = read(file(source, computeCapability));
    return known.isPresent()
        ? new Code(known.get(), true)
        : new Code(fresh(source, computeCapability), false);
  }

  /** The same, compiled now: what was kept is no good. */
  byte[] fresh(KernelSource source, int computeCapability) {
    byte[] code = compiler.compile(source, computeCapability);
    write(file(source, computeCapability), code);
    return code;
  }

  private Path file(KernelSource source, int computeCapability) {
    String digest = source.digest("sm_" + computeCapability, compiler.version());
    return folder.resolve(source.name() + "-" + digest.substring(0, 32) + ".bin");
  }

  private Optional<byte[]> read(Path file) {
    try {
      if (!Files.isRegularFile(file)) {
        return Optional.empty();
      }
      byte[] all = Files.readAllBytes(file);
      byte[] code = Arrays.copyOf(all, Math.max(0, all.length - SEAL_BYTES));
      byte[] seal = Arrays.copyOfRange(all, code.length, all.length);
      return Arrays.equals(seal, seal(code)) ? Optional.of(code) : Optional.empty();
    } catch (IOException e) {
      warnings.accept("cannot read a compiled kernel, compiling again: " + file, e);
      return Optional.empty();
    }
  }

  private static byte[] seal(byte[] code) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(code);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  private void write(Path file, byte[] code) {
    try {
      Files.createDirectories(folder);
      Path fresh = Files.createTempFile(folder, "fresh", ".tmp");
      try {
        writeThrough(fresh, code);
        Files.move(
            fresh, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
      } finally {
        // Of a full disk; else it has its name already.
        Files.deleteIfExists(fresh);
      }
    } catch (IOException e) {
      warnings.accept("cannot keep a compiled kernel, the next start compiles again: " + file, e);
    }
  }

  private static void writeThrough(Path fresh, byte[] code) throws IOException {
    try (FileChannel channel = FileChannel.open(fresh, StandardOpenOption.WRITE)) {
      ByteBuffer[] parts = {ByteBuffer.wrap(code), ByteBuffer.wrap(seal(code))};
      while (parts[1].hasRemaining()) {
        long _ = channel.write(parts);
      }
      channel.force(true);
    }
  }
}

package dev.longtake.tensor.cuda;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Optional;
import java.util.function.BiConsumer;

/**
 * Compiled kernels on disk, so that only the first start on a machine compiles. The name of a file
 * is a hash of the source, the architecture and the compiler's version, so none is ever out of
 * date. A folder that cannot be written costs time and nothing else.
 */
final class KernelCache {

  private final Path folder;
  private final KernelCompiler compiler;
  private final BiConsumer<String, Throwable> warnings;

  KernelCache(Path folder, KernelCompiler compiler, BiConsumer<String, Throwable> warnings) {
    this.folder = folder;
    this.compiler = compiler;
    this.warnings = warnings;
  }

  /** {@code longtake.kernels} if set; else in the user's cache folder. */
  static Path defaultFolder() {
    String set = System.getProperty("longtake.kernels");
    if (set != null) {
      return Path.of(set);
    }
    return Path.of(System.getProperty("user.home"), ".cache", "longtake", "kernels");
  }

  /** What the driver loads, compiled now or earlier. */
  byte[] code(KernelSource source, int computeCapability) {
    String digest = source.digest("sm_" + computeCapability, compiler.version());
    Path file = folder.resolve(source.name() + "-" + digest.substring(0, 32) + ".bin");
    Optional<byte[]> known = read(file);
    if (known.isPresent()) {
      return known.get();
    }
    byte[] code = compiler.compile(source, computeCapability);
    write(file, code);
    return code;
  }

  private Optional<byte[]> read(Path file) {
    try {
      return Files.isRegularFile(file) ? Optional.of(Files.readAllBytes(file)) : Optional.empty();
    } catch (IOException e) {
      warnings.accept("cannot read a compiled kernel, compiling again: " + file, e);
      return Optional.empty();
    }
  }

  private void write(Path file, byte[] code) {
    try {
      Files.createDirectories(folder);
      Path fresh = Files.createTempFile(folder, "fresh", ".tmp");
      Files.write(fresh, code);
      Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      warnings.accept("cannot keep a compiled kernel, the next start compiles again: " + file, e);
    }
  }
}

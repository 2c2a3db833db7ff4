package dev.longtake.tensor.cuda.kernel;

import static dev.longtake.error.Require.require;

import dev.longtake.error.ErrorCode;
import dev.longtake.error.LongtakeException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Kernels compiled to PTX when the jar was built, for machines with neither NVRTC nor {@code nvcc}:
 * the driver makes machine code of them. There for compute capability 8.0 and newer, and only if
 * the machine that built the jar had {@code nvcc}. See decision 0021.
 */
public final class EmbeddedPtx implements KernelCompiler {

  /** Kernels use no instruction that came later, so that one PTX serves all newer devices. */
  static final int ARCHITECTURE = 80;

  /**
   * The version of the PTX language that its head asks for: the first with everything that the
   * kernels use, which the drivers of every CUDA 12 and later read. A compiler writes its own
   * version there, and a driver that is older than the compiler refuses that.
   *
   * @see <a href="https://docs.nvidia.com/cuda/parallel-thread-execution/#release-notes">PTX ISA,
   *     release notes</a>
   */
  static final String LANGUAGE = "7.0";

  /** The first with the products of warp groups: of CUDA 12.0, so every driver that we support. */
  static final String LANGUAGE_OF_WARP_GROUPS = "8.0";

  private static final Pattern VERSION = Pattern.compile("(?m)^\\.version [0-9.]+$");

  /**
   * How {@code nvcc} names what a file keeps to itself: with a checksum that takes in the folder
   * where it was compiled, so that each build would have another one.
   */
  private static final Pattern INTERNAL = Pattern.compile("_INTERNAL_[0-9a-f]{8}_");

  private static final String FOLDER = "ptx";
  private static final String COMPILER = "compiler.txt";

  private final Function<String, Optional<byte[]>> resources;
  private final String compiler;
  private final String driver;

  private EmbeddedPtx(
      Function<String, Optional<byte[]>> resources, String compiler, String driver) {
    this.resources = resources;
    this.compiler = compiler;
    this.driver = driver;
  }

  /**
   * What this jar brings, if it brings every kernel.
   *
   * @param driver version of the driver, whose part of the work decides on bits too
   */
  public static Optional<KernelCompiler> find(String driver) {
    return find(EmbeddedPtx::resource, driver);
  }

  static Optional<KernelCompiler> find(
      Function<String, Optional<byte[]>> resources, String driver) {
    return resources
        .apply(COMPILER)
        .map(text -> new EmbeddedPtx(resources, new String(text, StandardCharsets.UTF_8), driver))
        .filter(EmbeddedPtx::isComplete)
        .map(it -> it);
  }

  private static Optional<byte[]> resource(String file) {
    try (InputStream stream =
        EmbeddedPtx.class.getResourceAsStream(KernelSource.FOLDER + FOLDER + "/" + file)) {
      return stream == null ? Optional.empty() : Optional.of(stream.readAllBytes());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private boolean isComplete() {
    return KernelSource.NAMES.stream()
        .allMatch(name -> resources.apply(file(KernelSource.load(name), compiler)).isPresent());
  }

  /** Named by all that it was made of: what was made of other sources is not found. */
  private static String file(KernelSource source, String compiler) {
    String architecture = "compute_" + source.architecture(ARCHITECTURE);
    String digest = source.digest(architecture, compiler, "ptx " + language(source));
    return source.name() + "-" + digest.substring(0, 32) + ".ptx";
  }

  private static String language(KernelSource source) {
    return source.isForWarpGroups() ? LANGUAGE_OF_WARP_GROUPS : LANGUAGE;
  }

  @Override
  public String version() {
    return "%s to ptx, driver %s".formatted(compiler, driver);
  }

  @Override
  public String finisher() {
    return driver;
  }

  @Override
  public byte[] compile(KernelSource source, int computeCapability) {
    if (computeCapability < ARCHITECTURE) {
      throw new LongtakeException(
          ErrorCode.ENGINE_FAILED,
          "the kernels in this jar are for compute capability %.1f or newer, found %.1f; NVRTC or nvcc"
                  .formatted(ARCHITECTURE / 10.0, computeCapability / 10.0)
              + " could compile them for it");
    }
    byte[] text =
        resources
            .apply(file(source, compiler))
            .orElseThrow(
                () ->
                    new LongtakeException(
                        ErrorCode.ENGINE_FAILED,
                        "this jar has no PTX of %s: expected nvcc of CUDA 12 or newer where it was built, found %s"
                            .formatted(source.name(), compiler)));
    // The driver reads it as a C string.
    return Arrays.copyOf(text, text.length + 1);
  }

  /**
   * Compiles what is not there yet, and removes what is out of date. Started by Maven; does nothing
   * where there is no {@code nvcc}.
   *
   * @param arguments the folder of the compiled classes in which the kernel files lie
   */
  public static void main(String[] arguments) throws IOException {
    Path folder = Path.of(arguments[0]).resolve(FOLDER);
    Optional<NvccCompiler> nvcc = NvccCompiler.find();
    if (nvcc.isPresent()) {
      build(folder, nvcc.get().version(), nvcc.get().names(), nvcc.get()::ptx);
    }
  }

  static void build(
      Path folder,
      String compiler,
      List<String> names,
      BiFunction<KernelSource, Integer, byte[]> ptx)
      throws IOException {
    Files.createDirectories(folder);
    List<String> wanted = new ArrayList<>(List.of(COMPILER));
    for (String name : names) {
      KernelSource source = KernelSource.load(name);
      Path file = folder.resolve(file(source, compiler));
      wanted.add(file.getFileName().toString());
      if (!Files.exists(file)) {
        Files.write(file, readable(source, ptx.apply(source, ARCHITECTURE)));
      }
    }
    Files.writeString(folder.resolve(COMPILER), compiler);
    for (Path file : files(folder)) {
      if (!wanted.contains(file.getFileName().toString())) {
        Files.delete(file);
      }
    }
  }

  /** The same PTX asking for the language that it needs, and the same wherever it was compiled. */
  private static byte[] readable(KernelSource source, byte[] ptx) {
    Matcher version = VERSION.matcher(new String(ptx, StandardCharsets.UTF_8));
    require(version.find(), "PTX of %s: expected a line .version, found none", source.name());
    String asking = version.replaceFirst(".version " + language(source));
    return INTERNAL
        .matcher(asking)
        .replaceAll("_INTERNAL_00000000_")
        .getBytes(StandardCharsets.UTF_8);
  }

  private static Set<Path> files(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.collect(Collectors.toSet());
    }
  }
}

package dev.longtake.tensor.cuda.kernel;

import dev.longtake.error.ErrorCode;
import dev.longtake.error.LongtakeException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The toolkit's compiler as a program: where there is no NVRTC, and to see what it reports. */
public final class NvccCompiler implements KernelCompiler {

  /** The first CUDA whose compiler knows the instructions of warp groups. */
  private static final int WARP_GROUPS_FROM = 12;

  private static final Pattern RELEASE = Pattern.compile("release (([0-9]+)[0-9.]*)");

  private final String version;
  private final int cudaMajor;

  private NvccCompiler(String version, int cudaMajor) {
    this.version = version;
    this.cudaMajor = cudaMajor;
  }

  /** The compiler, if {@code nvcc} is on the PATH. */
  public static Optional<NvccCompiler> find() {
    try {
      Said said = run(List.of("nvcc", "--version"));
      Matcher release = RELEASE.matcher(said.text());
      return said.status() == 0 && release.find()
          ? Optional.of(
              new NvccCompiler("nvcc " + release.group(1), Integer.parseInt(release.group(2))))
          : Optional.empty();
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  private record Said(int status, String text) {}

  private static Said run(List<String> command) throws IOException {
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    process.getOutputStream().close();
    String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    try {
      return new Said(process.waitFor(), text);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      process.destroy();
      throw new IOException("interrupted", e);
    }
  }

  @Override
  public String version() {
    return version;
  }

  /** The kernel files that it can compile, for whatever device. */
  List<String> names() {
    return cudaMajor >= WARP_GROUPS_FROM ? KernelSource.everyName() : KernelSource.NAMES;
  }

  @Override
  public boolean isFor(int driverVersion) {
    return cudaMajor <= driverVersion / 1000;
  }

  @Override
  public byte[] compile(KernelSource source, int computeCapability) {
    return compile(source, computeCapability, List.of(), new StringBuilder());
  }

  /** The code for every device from an architecture on, which the driver finishes; 80 for 8.0. */
  byte[] ptx(KernelSource source, int architecture) {
    return run(
        source,
        List.of("-ptx", "-arch=compute_" + source.architecture(architecture)),
        new StringBuilder());
  }

  /**
   * Compiles with further options.
   *
   * @param report what the compiler says goes to its end
   */
  byte[] compile(
      KernelSource source, int computeCapability, List<String> options, StringBuilder report) {
    List<String> all =
        new ArrayList<>(List.of("-cubin", "-arch=sm_" + source.architecture(computeCapability)));
    all.addAll(options);
    return run(source, all, report);
  }

  private static byte[] run(KernelSource source, List<String> options, StringBuilder report) {
    try {
      Path folder = Files.createTempDirectory("longtake-nvcc");
      Path text = Files.writeString(folder.resolve(source.name() + ".cu"), source.text());
      Path result = folder.resolve(source.name() + ".out");
      List<String> command = new ArrayList<>(List.of("nvcc", "-std=c++17"));
      command.addAll(options);
      command.addAll(List.of("-o", result.toString(), text.toString()));
      try {
        Said said = run(command);
        if (said.status() != 0) {
          throw new LongtakeException(
              ErrorCode.ENGINE_FAILED,
              "nvcc cannot compile %s.cu: %s".formatted(source.name(), said.text().strip()));
        }
        report.append(said.text());
        return Files.readAllBytes(result);
      } finally {
        Files.deleteIfExists(result);
        Files.deleteIfExists(text);
        Files.deleteIfExists(folder);
      }
    } catch (IOException e) {
      throw new LongtakeException(
          ErrorCode.ENGINE_FAILED,
          "nvcc cannot be run on %s.cu: %s".formatted(source.name(), e),
          e);
    }
  }
}

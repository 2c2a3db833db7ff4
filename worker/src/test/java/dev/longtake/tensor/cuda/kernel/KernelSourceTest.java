package dev.longtake.tensor.cuda.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.longtake.tensor.cuda.HostEmulation;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;
import org.junit.jupiter.params.provider.ValueSource;

class KernelSourceTest {

  static final List<String> NAMES = KernelSource.everyName();

  /** Kernels in which a step spends its time, at the sizes of Wan. */
  private static final List<String> HOT =
      List.of(
          "linear_tensor",
          "conv_tensor",
          "linear_split",
          "conv_split",
          "conv_split_96",
          "attention_tensor_32",
          "attention_tensor_64",
          "attention_tensor_128",
          "attention_wide_tensor",
          "attention_warpgroup",
          "linear",
          "conv",
          "attention",
          "layer_norm",
          "rms_norm",
          "channel_norm",
          "add_gated");

  /** Devices that the PTX in the jar is for: Ampere, Ada, Hopper. */
  private static final List<Integer> PTX_DEVICES = List.of(80, 86, 89, 90);

  private static final List<Integer> WARP_GROUP_DEVICES = List.of(KernelSource.WARP_GROUPS);

  private static final Pattern REPORT =
      Pattern.compile(
          "Compiling entry function '(\\w+)'(?s:.*?)(\\d+) bytes spill stores, (\\d+) bytes spill");

  @ParameterizedTest
  @FieldSource("NAMES")
  void load_ofEveryFile_hasAHeadCommentAndNoIncludeLeft(String name) {
    String text = KernelSource.load(name).text();

    assertThat(text).startsWith("//").doesNotContain("#include").contains("KERNEL(");
    assertThat(text).contains("// Axes", "Backend.");
  }

  @Test
  void load_ofNoFile_isRefused() {
    assertThatThrownBy(() -> KernelSource.load("absent"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("no such kernel file: absent.cu");
  }

  @Test
  void names_ofADeviceWithoutTensorCores_leavesTheirKernelsOut() {
    assertThat(KernelSource.names(75))
        .contains("attention", "conv", "linear", "sampler")
        .noneMatch(it -> it.endsWith("_tensor") || it.endsWith("_split"));
    assertThat(KernelSource.names(90)).isEqualTo(KernelSource.NAMES);
    assertThat(KernelSource.NAMES).doesNotContainAnyElementsOf(KernelSource.WARP_GROUP_NAMES);
  }

  /** Every kernel compiles for the architectures we name, and the hot ones keep to registers. */
  @ParameterizedTest
  @ValueSource(ints = {80, 90})
  @Tag("nvcc")
  void compile_withNvcc_spillsNothingInHotKernels(int computeCapability) {
    Optional<NvccCompiler> nvcc = NvccCompiler.find();
    if (nvcc.isEmpty()) {
      System.getLogger("skipped")
          .log(System.Logger.Level.WARNING, "no nvcc here: kernels are not compiled for GPUs");
    }
    assumeTrue(nvcc.isPresent(), "there is no nvcc on the PATH");

    boolean all = computeCapability == KernelSource.WARP_GROUPS;
    for (String name : all ? nvcc.get().names() : KernelSource.NAMES) {
      StringBuilder report = new StringBuilder();
      KernelSource source = KernelSource.load(name);
      List<String> options = List.of("--ptxas-options=-v", "-w");
      assertThat(nvcc.get().compile(source, computeCapability, options, report)).isNotEmpty();
      Matcher kernel = REPORT.matcher(report);
      int found = 0;
      while (kernel.find()) {
        found++;
        if (HOT.contains(kernel.group(1))) {
          String what = "%s for sm_%d".formatted(kernel.group(1), computeCapability);
          assertThat(kernel.group(2) + kernel.group(3)).as(what + " spills").isEqualTo("00");
        }
      }
      assertThat(found).as("kernels of %s in: %s", name, report).isPositive();
    }
  }

  /** An instruction that came after the language we ask for would show here, not at a user's. */
  @Test
  @Tag("nvcc")
  void ptx_inTheLanguageOfTheOldestDriver_isAssembledForEveryDevice(@TempDir Path folder)
      throws IOException {
    Optional<NvccCompiler> nvcc = NvccCompiler.find();
    assumeTrue(nvcc.isPresent(), "there is no nvcc on the PATH");
    assumeTrue(HostEmulation.runs("ptxas", "--version"), "there is no ptxas on the PATH");

    EmbeddedPtx.build(folder, nvcc.get().version(), nvcc.get().names(), nvcc.get()::ptx);

    for (String name : nvcc.get().names()) {
      KernelSource source = KernelSource.load(name);
      Path file = ptx(folder, name);
      String language =
          source.isForWarpGroups() ? EmbeddedPtx.LANGUAGE_OF_WARP_GROUPS : EmbeddedPtx.LANGUAGE;
      assertThat(file).content().contains(".version " + language + "\n");
      for (int device : source.isForWarpGroups() ? WARP_GROUP_DEVICES : PTX_DEVICES) {
        String architecture = source.architecture(device);
        assertThat(assembles(file, architecture)).as("%s for sm_%s", file, architecture).isTrue();
      }
    }
  }

  private static Path ptx(Path folder, String name) throws IOException {
    Pattern named = Pattern.compile(name + "-[0-9a-f]+\\.ptx");
    try (Stream<Path> files = Files.list(folder)) {
      return files
          .filter(it -> named.matcher(it.getFileName().toString()).matches())
          .findFirst()
          .orElseThrow();
    }
  }

  private static boolean assembles(Path file, String architecture) {
    String result = file + ".cubin";
    // What counts is whether it is taken, not how good the code is.
    return HostEmulation.runs(
        "ptxas", "-O0", "-arch=sm_" + architecture, "-o", result, file.toString());
  }
}

package dev.longtake.tensor.cuda.kernel;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.longtake.error.ErrorCode;
import dev.longtake.error.LongtakeException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EmbeddedPtxTest {

  @TempDir private Path folder;

  private final List<String> compiled = new ArrayList<>();

  private void build(String compiler) throws IOException {
    EmbeddedPtx.build(
        folder,
        compiler,
        KernelSource.everyName(),
        (source, architecture) -> {
          compiled.add(source.name());
          return ".version 9.0\nptx of %s for %d by %s"
              .formatted(source.name(), architecture, compiler)
              .getBytes(UTF_8);
        });
  }

  private Optional<KernelCompiler> find() {
    return EmbeddedPtx.find(this::read, "580.65");
  }

  private Optional<byte[]> read(String file) {
    try {
      Path path = folder.resolve(file);
      return Files.exists(path) ? Optional.of(Files.readAllBytes(path)) : Optional.empty();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void compile_ofWhatWasBuilt_isItsTextEndingInZero() throws IOException {
    build("nvcc 13.0");

    KernelCompiler ptx = find().orElseThrow();

    assertThat(ptx.version()).isEqualTo("nvcc 13.0 to ptx, driver 580.65");
    assertThat(ptx.compile(KernelSource.load("linear"), 90))
        .asString(UTF_8)
        .isEqualTo(".version 7.0\nptx of linear for 80 by nvcc 13.0\0");
  }

  @Test
  void build_again_compilesNothingUnlessTheCompilerChanged() throws IOException {
    build("nvcc 13.0");
    build("nvcc 13.0");
    assertThat(compiled).containsExactlyElementsOf(KernelSource.everyName());

    build("nvcc 13.1");

    assertThat(compiled).hasSize(2 * KernelSource.everyName().size());
    try (Stream<Path> files = Files.list(folder)) {
      assertThat(files)
          .as("nothing out of date stays")
          .hasSize(KernelSource.everyName().size() + 1);
    }
  }

  /** Or two builds of the same sources would be two jars. */
  @Test
  void build_inAnotherFolder_givesTheSameText() throws IOException {
    EmbeddedPtx.build(
        folder,
        "nvcc 13.0",
        KernelSource.everyName(),
        (source, architecture) ->
            ".version 9.0\nmov.u32 %r78, _ZZN42_INTERNAL_419c886a_11_rms_norm_cu_rms_norm9sumE;"
                .getBytes(UTF_8));

    assertThat(find().orElseThrow().compile(KernelSource.load("linear"), 80))
        .asString(UTF_8)
        .isEqualTo(
            ".version 7.0\nmov.u32 %r78, _ZZN42_INTERNAL_00000000_11_rms_norm_cu_rms_norm9sumE;\0");
  }

  @Test
  void build_ofPtxThatNamesNoVersion_isRefused() {
    assertThatThrownBy(
            () ->
                EmbeddedPtx.build(
                    folder, "nvcc 13.0", KernelSource.NAMES, (_, _) -> "// none".getBytes(UTF_8)))
        .hasMessage("PTX of attention: expected a line .version, found none");
  }

  @Test
  void find_whereAKernelIsMissing_isEmpty() throws IOException {
    assertThat(find()).isEmpty();
    build("nvcc 13.0");
    try (Stream<Path> files = Files.list(folder)) {
      Files.delete(files.filter(it -> it.toString().contains("moves")).findFirst().orElseThrow());
    }

    assertThat(find()).isEmpty();
  }

  /** What a compiler of before CUDA 12 left out is missing only where it is asked for. */
  @Test
  void compile_ofAKernelThatTheCompilerDidNotKnow_isRefused() throws IOException {
    EmbeddedPtx.build(
        folder, "nvcc 11.8", KernelSource.NAMES, (_, _) -> ".version 9.0\n".getBytes(UTF_8));
    KernelCompiler ptx = find().orElseThrow();

    assertThatThrownBy(() -> ptx.compile(KernelSource.load("attention_warpgroup"), 90))
        .isInstanceOfSatisfying(
            LongtakeException.class,
            failure -> assertThat(failure.code()).isEqualTo(ErrorCode.ENGINE_FAILED))
        .hasMessage(
            "this jar has no PTX of attention_warpgroup: expected nvcc of CUDA 12 or newer where"
                + " it was built, found nvcc 11.8");
  }

  @Test
  void compile_forAnOlderDevice_isRefused() throws IOException {
    build("nvcc 13.0");
    KernelCompiler ptx = find().orElseThrow();

    assertThatThrownBy(() -> ptx.compile(KernelSource.load("linear"), 75))
        .isInstanceOfSatisfying(
            LongtakeException.class,
            failure -> assertThat(failure.code()).isEqualTo(ErrorCode.ENGINE_FAILED))
        .hasMessageContaining("compute capability 8.0 or newer, found 7.5");
  }

  /** Where the build has found nvcc, its classes hold the real thing. */
  @Test
  void find_inThisBuild_bringsEveryKernelForItsArchitecture() {
    assumeTrue(NvccCompiler.find().isPresent(), "there is no nvcc on the PATH");

    KernelCompiler ptx = EmbeddedPtx.find("1").orElseThrow();

    for (String name : KernelSource.NAMES) {
      assertThat(ptx.compile(KernelSource.load(name), 90))
          .asString(UTF_8)
          .contains(
              ".version 7.0\n",
              ".target sm_80",
              ".visible .entry " + (name.equals("moves") ? "patchify" : ""));
    }
    assumeTrue(
        NvccCompiler.find().orElseThrow().names().containsAll(KernelSource.WARP_GROUP_NAMES));
    for (String name : KernelSource.WARP_GROUP_NAMES) {
      assertThat(ptx.compile(KernelSource.load(name), KernelSource.WARP_GROUPS))
          .asString(UTF_8)
          .contains(".version 8.0\n", ".target sm_90a", ".visible .entry " + name);
    }
  }
}

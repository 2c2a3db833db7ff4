package dev.longtake.tensor.cuda.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import dev.longtake.tensor.cuda.kernel.KernelCache.Code;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class KernelCacheTest {

  private static final KernelSource SOURCE = new KernelSource("fill", "text");

  @TempDir private Path folder;

  private final List<String> compiled = new ArrayList<>();
  private final List<String> warnings = new ArrayList<>();

  private KernelCache cache(Path at, String version) {
    KernelCompiler compiler =
        new KernelCompiler() {
          @Override
          public String version() {
            return version;
          }

          @Override
          public byte[] compile(KernelSource source, int computeCapability) {
            String code = source.text() + " " + computeCapability + " " + version;
            compiled.add(code);
            return code.getBytes(StandardCharsets.UTF_8);
          }
        };
    return new KernelCache(at, compiler, (message, cause) -> warnings.add(message));
  }

  @Test
  void code_askedTwice_isCompiledOnce() {
    byte[] first = cache(folder, "1").code(SOURCE, 90).bytes();
    byte[] second = cache(folder, "1").code(SOURCE, 90).bytes();

    assertThat(second).isEqualTo(first);
    assertThat(compiled).containsExactly("text 90 1");
    assertThat(warnings).isEmpty();
  }

  @Test
  void code_ofOtherSourceArchitectureOrCompiler_isCompiledAgain() {
    cache(folder, "1").code(SOURCE, 90);
    cache(folder, "1").code(SOURCE, 80);
    cache(folder, "2").code(SOURCE, 90);
    cache(folder, "1").code(new KernelSource("fill", "other"), 90);

    assertThat(compiled).containsExactly("text 90 1", "text 80 1", "text 90 2", "other 90 1");
  }

  @Test
  void code_inAFolderThatCannotBe_isCompiledWithAWarning() throws Exception {
    Path file = Files.writeString(folder.resolve("file"), "");

    byte[] code = cache(file.resolve("below"), "1").code(SOURCE, 90).bytes();

    assertThat(code).asString(StandardCharsets.UTF_8).isEqualTo("text 90 1");
    assertThat(warnings).hasSize(1);
  }

  /** What a full disk or a lost power leaves. */
  @ParameterizedTest
  @ValueSource(ints = {0, 5, 40})
  void code_ofAFileCutShort_isCompiledAgainAndKept(int length) throws Exception {
    cache(folder, "1").code(SOURCE, 90);
    Path file = onlyFile();
    Files.write(file, Arrays.copyOf(Files.readAllBytes(file), length));

    Code code = cache(folder, "1").code(SOURCE, 90);

    assertThat(code.isKept()).isFalse();
    assertThat(code.bytes()).asString(StandardCharsets.UTF_8).isEqualTo("text 90 1");
    assertThat(cache(folder, "1").code(SOURCE, 90).isKept()).isTrue();
    assertThat(compiled).hasSize(2);
  }

  private Path onlyFile() throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.findFirst().orElseThrow();
    }
  }
}

package dev.longtake.tensor.cuda.kernel;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.longtake.error.ErrorCode;
import dev.longtake.error.LongtakeException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KernelModulesTest {

  @TempDir private Path folder;

  private final List<String> loaded = new ArrayList<>();
  private Predicate<String> takes = _ -> true;

  /** A device whose modules are the code's text. */
  private final KernelModules.Target<String> device =
      new KernelModules.Target<>() {
        @Override
        public String load(KernelSource source, byte[] code) throws CodeRefusedException {
          String text = new String(code, UTF_8);
          if (!takes.test(text)) {
            throw new CodeRefusedException("the machine code is invalid");
          }
          loaded.add(text);
          return text;
        }

        @Override
        public void unload(String module) {
          assertThat(loaded.remove(module)).isTrue();
        }
      };

  /** What counts how often it compiled is different each time. */
  private record Numbering(String version, String finisher, AtomicInteger count)
      implements KernelCompiler {
    @Override
    public byte[] compile(KernelSource source, int computeCapability) {
      if (version.contains("narrow")) {
        throw new LongtakeException(ErrorCode.ENGINE_FAILED, "no such architecture");
      }
      return "%s of %s, %d"
          .formatted(source.name(), version, count.getAndIncrement())
          .getBytes(UTF_8);
    }
  }

  private KernelCache way(String version) {
    return way(version, "");
  }

  private KernelCache way(String version, String finisher) {
    return new KernelCache(
        folder,
        new Numbering(version, finisher, new AtomicInteger()),
        (message, _) -> loaded.add(message));
  }

  private KernelModules<String> load(KernelCache... ways) {
    return KernelModules.load("cuda:0", List.of(ways), KernelSource.names(90), 90, device);
  }

  @Test
  void load_whereTheFirstWayIsTaken_makesEveryFileInIt() {
    KernelModules<String> modules = load(way("first"), way("second"));

    assertThat(modules.compiler()).isEqualTo("first");
    assertThat(modules.modules()).containsOnlyKeys(KernelSource.NAMES);
    assertThat(loaded).hasSize(KernelSource.NAMES.size());
  }

  /** One kernel by another compiler would be other bits under a name that does not say so. */
  @Test
  void load_whereOneFileOfAWayIsRefused_makesAllInTheNext() {
    takes = code -> !code.startsWith("moves of first");

    KernelModules<String> modules = load(way("first"), way("second"));

    assertThat(modules.compiler()).isEqualTo("second");
    assertThat(loaded).allMatch(it -> it.contains("second")).hasSize(KernelSource.NAMES.size());
  }

  @Test
  void load_whereACompilerDoesNotKnowTheDevice_takesTheNext() {
    assertThat(load(way("narrow"), way("wide")).compiler()).isEqualTo("wide");
  }

  /** The file of an earlier start may be bad in ways that its checksum does not show. */
  @Test
  void load_whereKeptCodeIsRefused_compilesOnceMore() {
    load(way("first"));
    loaded.clear();
    takes = code -> !code.equals("attention of first, 0");
    KernelCache again = way("first");
    again.fresh(new KernelSource("other", ""), 90);

    KernelModules<String> modules = load(again);

    assertThat(modules.compiler()).isEqualTo("first");
    assertThat(modules.modules()).containsEntry("attention", "attention of first, 1");
  }

  @Test
  void load_whereNothingIsTaken_saysWhatEachWaySaid() {
    takes = _ -> false;

    assertThatThrownBy(() -> load(way("narrow"), way("wide")))
        .isInstanceOf(LongtakeException.class)
        .hasMessage(
            "cuda:0 takes no kernels: by narrow: no such architecture; by wide: the machine code is"
                + " invalid");
    assertThat(loaded).isEmpty();
  }

  @Test
  void load_withoutAnyWay_saysWhatWasExpected() {
    assertThatThrownBy(this::load)
        .hasMessageStartingWith(
            "cuda:0 takes no kernels: nothing here compiles them; expected NVRTC")
        .hasMessageContaining("libnvrtc.so.13");
  }

  @Test
  void checksum_ofOtherCodeOrFinisher_differs() {
    String one = load(way("one", "580.65")).checksum();

    assertThat(load(way("one", "580.65")).checksum()).isEqualTo(one);
    assertThat(load(way("one", "580.82")).checksum()).isNotEqualTo(one);
    assertThat(load(way("two", "580.65")).checksum()).isNotEqualTo(one);
  }
}

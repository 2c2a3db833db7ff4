package dev.longtake.ops.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/**
 * Tries every target with Jazzer, each for {@code -Dlongtake.fuzz.seconds}, or only those of {@code
 * -Dlongtake.fuzz.targets}, with commas between. {@code mvn -pl ops -am test -Pfuzz -Dtest=LongFuzz
 * -Dsurefire.failIfNoSpecifiedTests=false}
 */
class LongFuzz {

  private static final Duration LENGTH =
      Duration.ofSeconds(Long.getLong("longtake.fuzz.seconds", 60));
  private static final Set<String> CHOSEN =
      Set.of(System.getProperty("longtake.fuzz.targets", "").split(","));

  @TempDir private Path folder;

  @TestFactory
  Stream<DynamicTest> read_whateverJazzerMakes_givesAValueOrSaysWhatIsWrong() {
    return FuzzTargets.in(folder).stream()
        .filter(target -> CHOSEN.contains("") || CHOSEN.contains(target.name()))
        .map(target -> DynamicTest.dynamicTest(target.name(), () -> attack(target)));
  }

  private static void attack(FuzzTarget target) throws Exception {
    int status = Fuzzer.run(target, LENGTH);

    assertThat(status).as("of Jazzer, which says why in ops/%s", Fuzzer.log(target)).isZero();
  }
}

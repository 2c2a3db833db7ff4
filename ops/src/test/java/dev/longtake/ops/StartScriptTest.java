package dev.longtake.ops;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the script that people start the programs with does before it starts Java. */
class StartScriptTest {

  private static final Path SCRIPT = Repository.ROOT.resolve("ops/longtake");

  /** The locale that Java is started under, in an environment of these variables alone. */
  private static String locale(Map<String, String> environment) throws Exception {
    List<String> lines = Files.readAllLines(SCRIPT);
    String beginning = String.join("\n", lines.subList(0, lines.indexOf("esac") + 1));
    ProcessBuilder script =
        new ProcessBuilder("bash", "-c", beginning + "\nprintf %s \"${LC_ALL:-as it was}\"");
    script.environment().keySet().removeIf(name -> name.startsWith("LC_") || name.equals("LANG"));
    script.environment().putAll(environment);
    Process process = script.start();
    String printed = new String(process.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
    assertThat(process.waitFor()).isZero();
    return printed;
  }

  /** cron, service managers and containers set none, a plain one, or one that is not there. */
  @ParameterizedTest
  @CsvSource({
    "LC_ALL, C",
    "LANG, POSIX",
    "LC_CTYPE, en_US.ISO-8859-1",
    "LC_ALL, xx_XX.UTF-8",
    "LANG, xx_XX.utf8",
  })
  void locale_thatIsNotUtf8_isReplaced(String variable, String value) throws Exception {
    assertThat(locale(Map.of(variable, value))).isEqualTo("C.UTF-8");
  }

  @Test
  void locale_none_isReplaced() throws Exception {
    assertThat(locale(Map.of())).isEqualTo("C.UTF-8");
  }

  @Test
  void locale_ofUtf8_isKept() throws Exception {
    assertThat(locale(Map.of("LC_ALL", "C.UTF-8"))).isEqualTo("C.UTF-8");
    assertThat(locale(Map.of("LANG", "C.UTF-8"))).isEqualTo("as it was");
  }
}

package dev.longtake.ops.access;

import static org.assertj.core.api.Assertions.assertThat;

import dev.longtake.ops.Main;
import dev.longtake.ops.console.Console;
import dev.longtake.ops.console.ExitCode;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What {@code longtake certs} takes for the name of a coordinator. */
class CertsCommandTest {

  @TempDir private Path folder;
  private final StringWriter errors = new StringWriter();

  private int run(String host) {
    var console =
        new Console(new PrintWriter(new StringWriter()), new PrintWriter(errors, true), false);
    return Main.commandLine(console)
        .execute("certs", folder.resolve("certs").toString(), "--host", host);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"farm.example:7070", "10.0.0.5:7470", "999.1.1.1", "1:2:3", "farm.example,a:1"})
  void certs_aHostThatIsNone_isRefusedBeforeAnythingIsMade(String host) {
    assertThat(run(host)).isNotEqualTo(ExitCode.OK);

    assertThat(errors.toString())
        .contains("--host: expected a name or an address without a port, found \"")
        .doesNotContain("\tat ");
    assertThat(folder.resolve("certs")).doesNotExist();
  }

  @Test
  void certs_namesAndAddresses_areTaken() {
    assertThat(run("farm.example,*.farm.example,10.0.0.5,fd00::5")).isEqualTo(ExitCode.OK);
  }
}

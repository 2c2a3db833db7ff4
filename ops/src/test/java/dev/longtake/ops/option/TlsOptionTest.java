package dev.longtake.ops.option;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

class TlsOptionTest {

  private static TlsOption of(String... arguments) {
    var option = new TlsOption();
    new CommandLine(option).parseArgs(arguments);
    return option;
  }

  @Test
  void given_anEmptyVariable_isNone() {
    assertThat(of().given("")).isNull();
    assertThat(of().given((String) null)).isNull();
    assertThat(of().given("certs/worker")).isEqualTo(Path.of("certs/worker"));
  }

  /** Or a variable of a script that is not set would end in plaintext. */
  @Test
  void given_anArgument_countsMore() {
    assertThat(of("--tls", "a").given("b")).isEqualTo(Path.of("a"));
    assertThat(of("--tls", "").given("b")).isEqualTo(Path.of(""));
  }
}

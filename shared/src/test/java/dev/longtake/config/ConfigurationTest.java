package dev.longtake.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.longtake.error.ErrorCode;
import dev.longtake.error.LongtakeException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ConfigurationTest {

  @TempDir private Path folder;

  private static Lamp parse(String text) {
    return Lamp.CONFIGURATION.parse("lamp.conf", text, Overrides.NONE);
  }

  private static List<String> problems(String text) {
    return problems(text, Overrides.NONE);
  }

  private static List<String> problems(String text, Overrides overrides) {
    LongtakeException failure =
        catchThrowableOfType(
            LongtakeException.class, () -> Lamp.CONFIGURATION.parse("lamp.conf", text, overrides));
    assertThat(failure.code()).isEqualTo(ErrorCode.CONFIGURATION_INVALID);
    return failure.getMessage().lines().toList();
  }

  @Test
  void defaults_areThoseOfTheFileInTheJar() {
    Lamp lamp = Lamp.CONFIGURATION.defaults();

    assertThat(lamp)
        .isEqualTo(
            new Lamp(
                3,
                new Lamp.Colour("hall"),
                new Lamp.Bulb(
                    Duration.ofMillis(250),
                    DataSize.mebibytes(2048),
                    OptionalInt.empty(),
                    Optional.empty(),
                    new Secret("moon"),
                    false,
                    Path.of("papers"),
                    Map.of())));
  }

  @Test
  void parse_everyKeySaid_isThat() {
    Lamp lamp =
        parse(
            """
            brightness = 7.0, switch-name = attic
            bulb { afterglow = 30s, store = 3 MiB, replaced-after = "9.0", maker = rosie }
            bulb.password = sun
            bulb.hums = true
            bulb.papers = "elsewhere"
            bulb.passed { a { b = 2 }, c = [x] }
            """);

    assertThat(lamp)
        .isEqualTo(
            new Lamp(
                7,
                new Lamp.Colour("attic"),
                new Lamp.Bulb(
                    Duration.ofSeconds(30),
                    DataSize.mebibytes(3),
                    OptionalInt.of(9),
                    Optional.of("rosie"),
                    new Secret("sun"),
                    true,
                    Path.of("elsewhere"),
                    Map.of("a", Map.of("b", 2), "c", List.of("x")))));
  }

  @Test
  void parse_manyMistakes_tellsAllWithKeyLineAndWhatWasExpected() {
    List<String> problems =
        problems(
            """
            brightness = 11
            switch-name = HALL
            bulb {
              afterglow = 15
              stoer = 1 GiB
              store = lots
              replaced-after = 0
              hums = yes
            }
            lampshade { colour = red }
            """);

    assertThat(problems)
        .containsExactly(
            "lamp.conf:1: brightness: expected 1 to 10, found 11",
            "lamp.conf:2: switch-name: expected a name in small letters, found \"HALL\"",
            "lamp.conf:4: bulb.afterglow: expected a duration with its unit, such as 500ms, 15s, 2m"
                + " or 1h30m, found 15",
            "lamp.conf:5: bulb.stoer: expected one of the keys afterglow, store, replaced-after,"
                + " maker, password, hums, papers, passed, found stoer; did you mean store?",
            "lamp.conf:6: bulb.store: expected a size with its unit, such as 64 KiB or 2 GiB, found"
                + " \"lots\"",
            "lamp.conf:7: bulb.replaced-after: expected 1 to 10, found 0",
            "lamp.conf:8: bulb.hums: expected true or false, found \"yes\"",
            "lamp.conf:10: lampshade: expected one of the keys brightness, switch-name, bulb, found"
                + " lampshade");
  }

  @Test
  void parse_valuesOutOfRange_tellsEach() {
    assertThat(problems("bulb { afterglow = 2m\n replaced-after = 0\n store = 1 KiB }"))
        .containsExactly(
            "lamp.conf:1: bulb.afterglow: expected 0s to 1m, found 2m",
            "lamp.conf:2: bulb.replaced-after: expected 1 to 10, found 0",
            "lamp.conf:3: bulb.store: expected 1 MiB to 4 GiB, found 1 KiB");
    assertThat(problems("brightness = 0"))
        .containsExactly("lamp.conf:1: brightness: expected 1 to 10, found 0");
  }

  @Test
  void parse_wrongKindOfValue_isNamed() {
    assertThat(problems("bulb = 5"))
        .containsExactly("lamp.conf:1: bulb: expected a section { ... }, found 5");
    assertThat(problems("brightness { }"))
        .containsExactly("lamp.conf:1: brightness: expected a whole number, found {}");
    assertThat(problems("brightness = null"))
        .containsExactly("lamp.conf:1: brightness: expected a whole number, found null");
    assertThat(problems("brightness = 1.5"))
        .containsExactly("lamp.conf:1: brightness: expected a whole number, found 1.5");
    assertThat(problems("bulb.replaced-after = sometimes"))
        .containsExactly(
            "lamp.conf:1: bulb.replaced-after: expected never or a whole number, found"
                + " \"sometimes\"");
  }

  @Test
  void parse_whatIsNoHocon_saysWhere() {
    assertThat(problems("brightness = 3\nbulb {").getFirst()).startsWith("lamp.conf: 2: ");
    assertThat(problems("brightness = ${NOBODY_SETS_THIS}").getFirst())
        .contains("lamp.conf: 1: ", "NOBODY_SETS_THIS");
  }

  @Test
  void parse_optionalVariableThatNobodySets_isTheDefault() {
    assertThat(parse("brightness = ${?NOBODY_SETS_THIS}").brightness()).isEqualTo(3);
  }

  /** The library would ignore the first without a word. */
  @Test
  void parse_include_isRefused() {
    for (String include :
        List.of(
            "include \"other.conf\"",
            "include file(\"other.conf\")",
            "include required(file(\"other.conf\"))",
            "include url(\"file:other.conf\")",
            "include classpath(\"lamp.conf\")",
            "bulb { include \"other.conf\" }")) {
      assertThat(problems("brightness = 3\n" + include).getFirst())
          .as(include)
          .startsWith("lamp.conf: include \"")
          .contains("expected one file");
    }
  }

  @Test
  void read_fileAndCommandLine_theLastWordCounts() throws IOException {
    Path file = folder.resolve("own.conf");
    Files.writeString(file, "brightness = 5\nbulb.hums = true");

    Lamp lamp =
        Lamp.CONFIGURATION.read(
            file,
            Overrides.NONE
                .with("--brightness", "brightness", 6)
                .with("--name", "switch-name", null));

    assertThat(lamp.brightness()).isEqualTo(6);
    assertThat(lamp.switchName()).isEqualTo(new Lamp.Colour("hall"));
    assertThat(lamp.bulb().hums()).isTrue();
    assertThat(Lamp.CONFIGURATION.read(file, Overrides.NONE).brightness()).isEqualTo(5);
  }

  @Test
  void read_overrideOutOfRange_namesTheOption() {
    assertThat(problems("brightness = 5", Overrides.NONE.with("--brightness", "brightness", 60)))
        .containsExactly("--brightness: brightness: expected 1 to 10, found 60");
  }

  @Test
  void read_noSuchFile_isNamed() {
    Path file = folder.resolve("none.conf");

    LongtakeException failure =
        catchThrowableOfType(
            LongtakeException.class, () -> Lamp.CONFIGURATION.read(file, Overrides.NONE));

    assertThat(failure.code()).isEqualTo(ErrorCode.FILE_UNUSABLE);
    assertThat(failure).hasMessageContaining(file.toString());
  }

  @Test
  void describe_configuration_masksSecretsAndShowsWhatIsNotTheDefault() {
    Lamp lamp =
        parse(
            "brightness = 5, bulb { password = sun, maker = rosie, passed { a = 1, b.c = moon } }");

    assertThat(Lamp.CONFIGURATION.describe(lamp))
        .isEqualTo(
            """
            brightness = 5  # default 3
            switch-name = "hall"
            bulb.afterglow = 250ms
            bulb.store = 2 GiB
            bulb.replaced-after = never
            bulb.maker = "rosie"  # default any
            bulb.password = "***"
            bulb.hums = false
            bulb.papers = "papers"
            bulb.passed = {a = ***, b {c = ***}}  # default {}\
            """);
  }

  @Test
  void describe_readAgain_isTheSame() {
    Lamp lamp = parse("brightness = 5, bulb { afterglow = 1s, store = 5 MiB  }");

    Lamp again = parse(Lamp.CONFIGURATION.describe(lamp).replace('"' + Secret.MASK + '"', "moon"));

    assertThat(again).isEqualTo(lamp);
  }

  @Test
  void problem_withASecret_doesNotTellIt() {
    assertThat(problems("bulb.password = [sesame]"))
        .containsExactly("lamp.conf:1: bulb.password: expected text, found LIST");
    assertThat(problems("bulb.password = \"\"").getFirst()).contains("expected text");
  }
}

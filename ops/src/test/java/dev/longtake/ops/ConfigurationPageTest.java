package dev.longtake.ops;

import static org.assertj.core.api.Assertions.assertThat;

import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigValue;
import dev.longtake.config.Configuration;
import dev.longtake.coordinator.CoordinatorConfig;
import dev.longtake.worker.WorkerConfig;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The settings' defaults explain themselves, and the page of the documents is those very files. */
class ConfigurationPageTest {

  record Program(String name, Configuration<?> configuration) {
    @Override
    public String toString() {
      return name;
    }
  }

  static Stream<Program> programs() {
    return Stream.of(
        new Program("coordinator", CoordinatorConfig.CONFIGURATION),
        new Program("worker", WorkerConfig.CONFIGURATION));
  }

  @ParameterizedTest
  @MethodSource("programs")
  void everyKey_hasAWholeSentenceAboveIt(Program program) {
    List<String> silent = new ArrayList<>();

    findSilent(
        ConfigFactory.parseString(program.configuration().commentedDefaults()).root(), "", silent);

    assertThat(silent)
        .as("say above these how to choose them, in a sentence that ends with a full stop")
        .isEmpty();
  }

  private static void findSilent(ConfigObject section, String path, List<String> silent) {
    section.forEach(
        (key, value) -> {
          if (!isExplained(value)) {
            silent.add(path + key);
          }
          if (value instanceof ConfigObject inner) {
            findSilent(inner, path + key + ".", silent);
          }
        });
  }

  private static boolean isExplained(ConfigValue value) {
    List<String> comments = value.origin().comments();
    return !comments.isEmpty() && comments.getLast().endsWith(".");
  }

  @ParameterizedTest
  @MethodSource("programs")
  void page_showsTheFileInTheJar(Program program) {
    String page = Repository.read(Repository.ROOT.resolve("ops/docs/configuration.md"));

    assertThat(page)
        .as(
            "put what `ops/longtake %s --print-config` prints into ops/docs/configuration.md",
            program)
        .contains(
            "```hocon\n" + program.configuration().commentedDefaults().stripTrailing() + "\n```\n");
  }
}

package dev.longtake.ops;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Each alarm comes when it should, and somebody who is woken by it finds what to do. */
@Timeout(120)
class AlarmsTest {

  private static final Path FOLDER = Repository.ROOT.resolve("ops/prometheus");
  private static final String RULES = Repository.read(FOLDER.resolve("alarms.yaml"));
  private static final String TESTS = Repository.read(FOLDER.resolve("alarms-test.yaml"));
  private static final String RUNBOOKS =
      Repository.read(Repository.ROOT.resolve("ops/docs/runbooks.md"));
  private static final Pattern ALARM = Pattern.compile("- alert: (\\w+)");

  private static List<String> alarms() {
    return ALARM.matcher(RULES).results().map(alarm -> alarm.group(1)).toList();
  }

  private static String section(String alarm) {
    Matcher section =
        Pattern.compile("(?ms)^## " + alarm + "\\n(.*?)(?=^## |\\z)").matcher(RUNBOOKS);
    return section.find() ? section.group(1) : "";
  }

  @Test
  void everyAlarm_hasARunbookThatSaysWhatToDo() {
    assertThat(alarms()).hasSizeGreaterThanOrEqualTo(20).doesNotHaveDuplicates();
    for (String alarm : alarms()) {
      assertThat(section(alarm))
          .as("ops/docs/runbooks.md: a section \"## %s\"", alarm)
          .contains("**What it means.**", "**What to look at.**", "**What to do.**");
      assertThat(RULES).contains("runbooks.md#" + alarm.toLowerCase(Locale.ROOT) + "\n");
    }
    assertThat(
            RUNBOOKS.lines().filter(line -> line.startsWith("## ")).map(line -> line.substring(3)))
        .as("ops/docs/runbooks.md: a section for each alarm and no other")
        .containsExactlyElementsOf(alarms());
  }

  @Test
  void everyAlarm_isTestedToComeAndToStayAway() {
    List<String> tested =
        Pattern.compile("alertname: (\\w+)")
            .matcher(TESTS)
            .results()
            .map((MatchResult name) -> name.group(1))
            .toList();

    for (String alarm : alarms()) {
      assertThat(tested)
          .as(
              "ops/prometheus/alarms-test.yaml: %s once when it comes, once when all is well",
              alarm)
          .filteredOn(alarm::equals)
          .hasSize(2);
    }
  }

  @Test
  void promtool_ofTheRules_findsNothingWrong() throws Exception {
    assumeTrue(
        isThere("promtool"), "no promtool: the rules are not tried; apt-get install prometheus");

    assertThat(promtool("check", "config", "prometheus.yaml")).contains("SUCCESS");
    assertThat(promtool("test", "rules", "alarms-test.yaml")).contains("SUCCESS");
  }

  private static boolean isThere(String program) {
    return Pattern.compile(":")
        .splitAsStream(System.getenv().getOrDefault("PATH", ""))
        .anyMatch(folder -> Files.isExecutable(Path.of(folder, program)));
  }

  private static String promtool(String... arguments) throws IOException, InterruptedException {
    var command = new ArrayList<>(List.of("promtool"));
    command.addAll(List.of(arguments));
    Process process =
        new ProcessBuilder(command).directory(FOLDER.toFile()).redirectErrorStream(true).start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor(1, TimeUnit.MINUTES)).isTrue();
    assertThat(process.exitValue()).as(said).isZero();
    return said;
  }
}

package dev.longtake.loadtest;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.networknt.schema.InputFormat;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import dev.longtake.loadtest.audit.Invariant;
import dev.longtake.loadtest.farm.CoordinatorProcess;
import dev.longtake.loadtest.report.Figures;
import dev.longtake.loadtest.report.Summary;
import dev.longtake.loadtest.run.LoadRun;
import dev.longtake.loadtest.run.Outcome;
import dev.longtake.loadtest.run.Plan;
import dev.longtake.loadtest.scenario.Scenario;
import dev.longtake.loadtest.scenario.ScenarioName;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Small runs of a few seconds each, against a coordinator in a process of its own. */
class LoadRunTest {

  private static final long SEED = 19;

  @TempDir private Path folder;

  private static Schema schema() throws IOException {
    return SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12)
        .getSchema(
            Files.readString(Path.of("..", "ops", "schema", "loadtest.schema.json")),
            InputFormat.JSON);
  }

  private static List<String> coordinator() {
    List<String> command = new ArrayList<>();
    command.add(ProcessHandle.current().info().command().orElseThrow());
    ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
        .filter(argument -> argument.startsWith("--"))
        .forEach(command::add);
    command.addAll(List.of("-Xmx300m", "-cp", System.getProperty("java.class.path")));
    command.add(TestCoordinator.class.getName());
    return command;
  }

  @ParameterizedTest
  @CsvSource({"HERD, 3", "ROLLING, 2", "MIXED, 6"})
  void run_smallAndSeeded_keepsEveryInvariant(ScenarioName name, int stories) throws Exception {
    Scenario scenario =
        Scenario.of(
            name,
            new Scenario.Changes(
                Optional.of(20),
                Optional.of(stories),
                Optional.of(Duration.ofSeconds(2)),
                Optional.of(Duration.ofMillis(20)),
                Optional.of(Duration.ofMinutes(2))));
    var start = new CoordinatorProcess.Start(coordinator(), "", folder);

    Outcome outcome;
    try (var run = new LoadRun(new Plan(scenario, SEED, 20, 0), start, line -> {})) {
      outcome = run.run();
    }

    Summary.of(outcome).forEach(System.out::println);
    assertThat(outcome.audit()).filteredOn(it -> !it.isKept()).as("seed " + SEED).isEmpty();
    assertThat(outcome.audit()).extracting(Invariant::checked).doesNotContain(0L);
    assertThat(outcome.count("succeeded")).isEqualTo(stories);
    Path json = folder.resolve("figures.json");
    Figures.write(Figures.of(outcome), json);
    JsonNode read = new ObjectMapper().readTree(Files.readString(json));
    assertThat(schema().validate(Files.readString(json), InputFormat.JSON)).isEmpty();
    assertThat(read.path("duplicateLeases").asInt(-1)).isZero();
    assertThat(read.path("leasesPerSecond").asDouble()).isPositive();
  }
}

package dev.longtake.loadtest.report;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.networknt.schema.InputFormat;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import dev.longtake.loadtest.exchange.Measured;
import dev.longtake.loadtest.exchange.SlabSize;
import dev.longtake.loadtest.run.Machine;
import dev.longtake.loadtest.run.ScalingRun;
import dev.longtake.loadtest.scaling.Fit;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

class ScalingFiguresTest {

  private static final ScalingFigures.Farm FARM = new ScalingFigures.Farm(0.012, 400, 1, 12e6);

  private static void requireValid(String schema, JsonNode figures) throws IOException {
    assertThat(
            SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12)
                .getSchema(
                    Files.readString(Path.of("..", "ops", "schema", schema)), InputFormat.JSON)
                .validate(figures.toString(), InputFormat.JSON))
        .isEmpty();
  }

  private static double speedUp(JsonNode figures, String model, String film, int workers) {
    for (JsonNode row : figures.path("predicted")) {
      if (row.path("model").asText().startsWith(model)
          && row.path("film").asText().startsWith(film)
          && row.path("gigabits").asInt() == 10
          && row.path("workers").asInt() == workers) {
        return row.path("speedUp").asDouble();
      }
    }
    throw new AssertionError("no row for " + workers);
  }

  @Test
  void of_aFarm_isWhatTheSchemaSays() throws IOException {
    ObjectNode figures = ScalingFigures.of(FARM);
    var points = List.of(new Fit.Point(1, 9), new Fit.Point(2, 5), new Fit.Point(4, 5.5));
    var check =
        new ScalingFigures.Check(
            Fit.of(points, ScalingRun.FILM, 2), points, List.of(new Fit.Point(3, 5.2)));
    ScalingFigures.add(figures, check, Machine.here(), 1);

    requireValid("scaling.schema.json", figures);
    assertThat(ScalingFigures.check(check)).hasSize(5);
    assertThat(ScalingFigures.predictions(FARM)).anyMatch(line -> line.contains("DualParal"));
  }

  @Test
  void of_eightGpus_isFasterThanSequenceParallelismOfTheSmallModel() {
    ObjectNode figures = ScalingFigures.of(FARM);

    assertThat(speedUp(figures, "1.3B", "one shot", 8)).isBetween(2.33, 8.0);
    assertThat(speedUp(figures, "14B", "one shot", 8)).isBetween(6.38, 8.0);
  }

  @Test
  void of_moreGpusThanChunks_isNoFaster() {
    ObjectNode figures = ScalingFigures.of(FARM);

    assertThat(speedUp(figures, "14B", "one shot", 1024))
        .isEqualTo(speedUp(figures, "14B", "one shot", 8));
    assertThat(speedUp(figures, "14B", "128 shots", 1024)).isGreaterThan(512);
  }

  @Test
  void of_measuredExchange_isWhatTheSchemaSays() throws IOException {
    var row = new Measured(SlabSize.WAN_1_3B, "bare gRPC", 500, 600, 2.5, 9, 3);

    requireValid("exchange.schema.json", ExchangeFigures.of(List.of(row), Machine.here(), 1));
    assertThat(ExchangeFigures.lines(List.of(row))).hasSize(2);
    assertThat(row.putMegabytesPerSecond()).isEqualTo(500 * SlabSize.WAN_1_3B.bytes() / 1e6);
  }
}

package dev.longtake.ops.localfarm;

import static org.assertj.core.api.Assertions.assertThat;

import dev.longtake.config.Overrides;
import dev.longtake.coordinator.CoordinatorConfig;
import dev.longtake.worker.WorkerConfig;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class FarmSettingsTest {

  private static final FarmFolder FOLDER = new FarmFolder(Path.of("/srv/a \"farm\""));
  private static final FarmSecrets SECRETS =
      new FarmSecrets("of the journal", "of the bucket", "of all coordinators");
  private static final FarmRecord.Ports FIRST = new FarmRecord.Ports(1, 2, 3, 4);
  private static final FarmRecord.Ports SECOND = new FarmRecord.Ports(5, 6, 7, 8);

  private static FarmRecord farm(FarmRecord.Ports... coordinators) {
    return new FarmRecord(9, 10, List.of(coordinators), 2, 1, Map.of());
  }

  private static CoordinatorConfig coordinator(FarmRecord farm, int index) {
    return CoordinatorConfig.CONFIGURATION.parse(
        "coordinator.conf", FarmSettings.coordinator(farm, index, FOLDER, SECRETS), Overrides.NONE);
  }

  @Test
  void coordinator_alone_isNoMember() {
    CoordinatorConfig config = coordinator(farm(FIRST), 0);

    assertThat(config.listen().port()).isEqualTo(FIRST.listen());
    assertThat(config.cluster().members().list()).isEmpty();
    assertThat(config.storage().folder()).isEqualTo(FOLDER.data("coordinator-1"));
  }

  @Test
  void coordinator_oneOfTwo_knowsBothInTheSameOrder() {
    FarmRecord farm = farm(FIRST, SECOND);

    assertThat(coordinator(farm, 1).cluster().port()).isEqualTo(SECOND.cluster());
    assertThat(coordinator(farm, 1).cluster().members())
        .isEqualTo(coordinator(farm, 0).cluster().members());
  }

  @Test
  void worker_anyFarm_knowsAllCoordinators() {
    WorkerConfig config =
        WorkerConfig.CONFIGURATION.parse(
            "worker.conf",
            FarmSettings.worker(farm(FIRST, SECOND), FarmRecord.worker(0)),
            Overrides.NONE);

    assertThat(config.coordinator().addresses()).hasToString("127.0.0.1:1,127.0.0.1:5");
    assertThat(config.id()).contains("worker-1");
  }

  @Test
  void secrets_printed_tellNothing() {
    assertThat(SECRETS).hasToString("FarmSecrets[...]");
  }
}

package dev.longtake.coordinator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.typesafe.config.Config;
import dev.longtake.config.Addresses;
import dev.longtake.config.Overrides;
import dev.longtake.error.ErrorCode;
import dev.longtake.error.LongtakeException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the operator's {@code pekko} block does to the actor system. */
class FarmActorsTest {

  private static final CoordinatorConfig.Cluster ALONE =
      CoordinatorConfig.CONFIGURATION.defaults().cluster();

  @TempDir private Path folder;

  @Test
  void config_withABlock_changesThatAndNothingElse() {
    Config usual = FarmActors.config(ALONE, Map.of(), false);
    Config changed =
        FarmActors.config(
            ALONE,
            Map.of("loglevel", "DEBUG", "persistence", Map.of("a-key-of-its-own", 4)),
            false);

    assertThat(usual.getString("pekko.loglevel")).isEqualTo("INFO");
    assertThat(changed.getString("pekko.loglevel")).isEqualTo("DEBUG");
    assertThat(changed.getInt("pekko.persistence.a-key-of-its-own")).isEqualTo(4);
    assertThat(changed.withoutPath("pekko.persistence.a-key-of-its-own"))
        .isEqualTo(usual.withValue("pekko.loglevel", changed.getValue("pekko.loglevel")));
  }

  /** Or it makes a cluster of its own while the others are busy. */
  @Test
  void firstOfSeveral_waitsForTheOthersLongerThanTheyForIt() {
    assertThat(timeout("a:1")).isGreaterThan(timeout("b:1").multipliedBy(5));
  }

  private static Duration timeout(String member) {
    String host = member.substring(0, 1);
    CoordinatorConfig.Cluster cluster =
        new CoordinatorConfig.Cluster(
            host, 1, new Addresses(List.of("a:1", "b:1", "c:1")), Duration.ofMinutes(1));
    return FarmActors.config(cluster, Map.of(), false)
        .getDuration("pekko.cluster.seed-node-timeout");
  }

  @Test
  void open_blockThatPekkoRefuses_isAMistakeOfTheConfiguration() {
    LongtakeException failure =
        catchThrowableOfType(
            LongtakeException.class,
            () ->
                FarmActors.open(
                    folder,
                    CoordinatorConfig.CONFIGURATION.parse(
                        "test", "pekko.loggers = 5", Overrides.NONE),
                    Optional.empty()));

    assertThat(failure.code()).isEqualTo(ErrorCode.CONFIGURATION_INVALID);
    assertThat(failure).hasMessageContaining("loggers");
  }
}

package dev.longtake.coordinator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.typesafe.config.Config;
import dev.longtake.config.Overrides;
import dev.longtake.error.ErrorCode;
import dev.longtake.error.LongtakeException;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the operator's {@code pekko} block does to the actor system. */
class FarmActorsTest {

  private static final CoordinatorConfig.Cluster ALONE =
      CoordinatorConfig.CONFIGURATION.defaults().cluster();

  @TempDir private Path folder;

  @Test
  void config_withABlock_changesThatAndNothingElse() {
    Config usual = FarmActors.config(ALONE, Map.of());
    Config changed =
        FarmActors.config(
            ALONE, Map.of("loglevel", "DEBUG", "persistence", Map.of("a-key-of-its-own", 4)));

    assertThat(usual.getString("pekko.loglevel")).isEqualTo("INFO");
    assertThat(changed.getString("pekko.loglevel")).isEqualTo("DEBUG");
    assertThat(changed.getInt("pekko.persistence.a-key-of-its-own")).isEqualTo(4);
    assertThat(changed.withoutPath("pekko.persistence.a-key-of-its-own"))
        .isEqualTo(usual.withValue("pekko.loglevel", changed.getValue("pekko.loglevel")));
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
                        "test", "pekko.loggers = 5", Overrides.NONE)));

    assertThat(failure.code()).isEqualTo(ErrorCode.CONFIGURATION_INVALID);
    assertThat(failure).hasMessageContaining("loggers");
  }
}

package dev.longtake.coordinator;

import dev.longtake.config.Overrides;
import java.nio.file.Path;

/** Coordinators of tests: any free port, no metrics, a folder of their own. */
public final class TestConfig {

  private TestConfig() {}

  public static Overrides in(Path folder) {
    return Overrides.NONE
        .with("test", "storage.folder", folder)
        .with("test", "listen.port", 0)
        .with("test", "metrics.port", "off")
        .with("test", "web.port", "off");
  }
}

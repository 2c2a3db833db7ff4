package dev.longtake.ops.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.longtake.coordinator.CoordinatorConfig;
import dev.longtake.ops.Main;
import dev.longtake.ops.console.Console;
import dev.longtake.ops.console.ExitCode;
import dev.longtake.worker.WorkerConfig;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the programs make of their settings before they start. */
class ConfigCommandTest {

  @TempDir private Path folder;
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  private int run(String... arguments) {
    return Main.commandLine(new Console(new PrintWriter(out), new PrintWriter(err), false))
        .execute(arguments);
  }

  private String file(String content) throws IOException {
    return Files.writeString(folder.resolve("own.conf"), content).toString();
  }

  @Test
  void coordinator_mistakesInFileAndOptions_areAllNamedAndNothingStarts() throws IOException {
    String file = file("lease { timout = 3s }\nlimits.workers = 0\n");

    int status = run("coordinator", "--config", file, "--port", "99999", "--data", folder + "/d");

    assertThat(status).isEqualTo(ExitCode.WRONG_USE);
    assertThat(err.toString().lines())
        .containsExactly(
            "longtake: --port: listen.port: expected 0 to 65535, found 99999",
            file
                + ":1: lease.timout: expected one of the keys timeout, heartbeat, reconnect,"
                + " check-interval, progress, found timout; did you mean timeout?",
            file + ":2: limits.workers: expected 1 to 100000, found 0");
    assertThat(folder.resolve("d")).doesNotExist();
  }

  @Test
  void worker_mistakesInFileAndOptions_areAllNamedAndNothingStarts() throws IOException {
    String file = file("engine { threads = none }\n");

    int status = run("worker", "--config", file, "--device", "tpu", "--metrics-port", "-2");

    assertThat(status).isEqualTo(ExitCode.WRONG_USE);
    assertThat(err.toString().lines())
        .containsExactly(
            "longtake: --device: engine.device: expected cpu or cuda:N, perhaps with a precision"
                + " as in cpu:bf16, found \"tpu\"",
            "--metrics-port: metrics.port: expected 0 to 65535, found -2",
            file + ":1: engine.threads: expected auto or a whole number, found \"none\"");
  }

  @Test
  void config_missingFile_isNamed() {
    assertThat(run("worker", "--config", folder.resolve("none.conf").toString()))
        .isEqualTo(ExitCode.WRONG_USE);
    assertThat(err.toString()).contains("none.conf: cannot be read");
  }

  @Test
  void printConfig_printsTheFileInTheJar() {
    assertThat(run("coordinator", "--print-config")).isEqualTo(ExitCode.OK);
    assertThat(out.toString().strip())
        .isEqualTo(CoordinatorConfig.CONFIGURATION.commentedDefaults().strip());
    out.getBuffer().setLength(0);
    assertThat(run("worker", "--print-config")).isEqualTo(ExitCode.OK);
    assertThat(out.toString().strip())
        .isEqualTo(WorkerConfig.CONFIGURATION.commentedDefaults().strip());
  }
}

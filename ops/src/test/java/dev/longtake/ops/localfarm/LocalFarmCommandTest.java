package dev.longtake.ops.localfarm;

import static org.assertj.core.api.Assertions.assertThat;

import dev.longtake.ops.console.Console;
import dev.longtake.ops.console.ExitCode;
import dev.longtake.ops.option.CommandForm;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

class LocalFarmCommandTest {

  @TempDir private Path folder;
  private final StringWriter errors = new StringWriter();

  private int run(String... arguments) {
    Console console =
        new Console(new PrintWriter(new StringWriter()), new PrintWriter(errors), false);
    CommandLine commands = new CommandLine(new LocalFarmCommand(console, folder));
    return CommandForm.given(commands, console, () -> false).execute(arguments);
  }

  @Test
  void status_noFarmYet_saysThatAFolderIsMissing() {
    assertThat(run("status")).isEqualTo(ExitCode.WRONG_USE);
    assertThat(errors.toString()).contains("--data: expected the folder of a farm");
  }

  @Test
  void down_folderWithoutFarm_saysWhich() {
    assertThat(run("down", "--data", folder.toString())).isEqualTo(ExitCode.WRONG_USE);
    assertThat(errors.toString()).contains(folder.toString(), "expected a farm that is up");
  }

  @Test
  void up_noCoordinators_isRefusedBeforeAnythingIsMade() {
    assertThat(run("up", "--data", folder.resolve("new").toString(), "--coordinators", "0"))
        .isEqualTo(ExitCode.WRONG_USE);
    assertThat(errors.toString()).contains("--coordinators: expected a number from 1, found 0");
    assertThat(folder.resolve("new")).doesNotExist();
  }
}

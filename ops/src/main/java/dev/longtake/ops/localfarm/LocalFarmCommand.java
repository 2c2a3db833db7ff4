package dev.longtake.ops.localfarm;

import dev.longtake.error.ErrorCode;
import dev.longtake.error.LongtakeException;
import dev.longtake.ops.console.Console;
import dev.longtake.ops.console.ExitCode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code up}, {@code status} and {@code down}. */
@Command(
    name = "local-farm",
    description = {
      "A whole farm on this machine, each part a program of its own, on loopback alone: PostgreSQL,"
          + " a server of S3's protocol, coordinators and workers."
    },
    mixinStandardHelpOptions = true,
    synopsisSubcommandLabel = "COMMAND")
final class LocalFarmCommand {

  private static final String DATA_WORDS =
      "The farm's folder. Default: that of the farm that was brought up last.";

  private final Console console;
  private final Path home;

  /**
   * Of this checkout.
   *
   * @param home the folder with this program's sources and what was built of them
   */
  LocalFarmCommand(Console console, Path home) {
    this.console = console;
    this.home = home;
  }

  @Command(
      description = {
        "Starts what does not run, waits until all is ready, and prints what status prints.",
        "On a farm that is up, starts what has ended, and ends workers that are too many."
      },
      mixinStandardHelpOptions = true)
  int up(
      @Option(names = "--data", paramLabel = "DIR", required = true, description = "Its folder.")
          Path data,
      @Option(
              names = "--coordinators",
              paramLabel = "N",
              defaultValue = "3",
              description = "1, or some that elect a leader. Default: 3.")
          int coordinators,
      @Option(
              names = "--workers",
              paramLabel = "N",
              defaultValue = "4",
              description = "Default: 4; 0 for those that you start yourself.")
          int workers,
      @Option(
              names = "--threads",
              paramLabel = "N",
              description = "Of each worker. Default: the processors, shared out evenly.")
          @Nullable Integer threads,
      @Option(
              names = "--postgres",
              paramLabel = "DIR",
              description =
                  "PostgreSQL's programs (initdb, pg_ctl, postgres). Default: those of a library,"
                      + " for Linux on x86-64.")
          @Nullable Path postgres)
      throws IOException {
    int each = threads == null ? share(workers) : threads;
    atLeast("--coordinators", 1, coordinators);
    atLeast("--workers", 0, workers);
    atLeast("--threads", 1, each);
    FarmFolder folder = new FarmFolder(data);
    folder.create();
    Files.writeString(last(), folder.root().toString());
    FarmLife life = new FarmLife(folder, home, postgres, console::tell);
    FarmRecord up =
        folder.locked(
            () -> {
              Optional<FarmRecord> before = folder.read();
              before.ifPresent(farm -> sameCoordinators(farm, coordinators));
              return life.up(
                  before
                      .map(farm -> farm.withWorkers(workers, each))
                      .orElseGet(() -> LocalPorts.farm(coordinators, workers, each)));
            });
    int status = print(life.status(up));
    console.tell("export LONGTAKE_COORDINATOR=" + up.addresses());
    return status;
  }

  @Command(
      description = {
        "Prints a line for each part: what it is, its address or id, its process, and whether it"
            + " leads the coordinators.",
        "Ends with status 1 if one is down."
      },
      mixinStandardHelpOptions = true)
  int status(
      @Option(names = "--data", paramLabel = "DIR", description = DATA_WORDS) @Nullable Path data)
      throws IOException {
    FarmFolder folder = folder(data);
    return print(new FarmLife(folder, home, null, console::tell).status(farm(folder)));
  }

  @Command(
      description = {
        "Ends all of it, workers first. The folder, with the films in it, stays.",
      },
      mixinStandardHelpOptions = true)
  int down(
      @Option(names = "--data", paramLabel = "DIR", description = DATA_WORDS) @Nullable Path data,
      @Option(names = "--postgres", paramLabel = "DIR", description = "As it was given to up.")
          @Nullable Path postgres)
      throws IOException {
    FarmFolder folder = folder(data);
    FarmRecord farm = farm(folder);
    FarmLife life = new FarmLife(folder, home, postgres, console::tell);
    return folder.locked(
        () -> {
          life.down(farm);
          return ExitCode.OK;
        });
  }

  private int print(List<FarmPart> parts) {
    parts.forEach(part -> console.print(part.line()));
    return parts.stream().allMatch(FarmPart::isUp) ? ExitCode.OK : ExitCode.FAILED;
  }

  private static int share(int workers) {
    return Math.max(1, Runtime.getRuntime().availableProcessors() / Math.max(1, workers));
  }

  private static void atLeast(String option, int least, int number) {
    if (number < least) {
      throw new LongtakeException(
          ErrorCode.CONFIGURATION_INVALID,
          "%s: expected a number from %d, found %d".formatted(option, least, number));
    }
  }

  private static void sameCoordinators(FarmRecord farm, int coordinators) {
    int count = farm.coordinators().size();
    if (count != coordinators) {
      throw new LongtakeException(
          ErrorCode.WRONG_STATE,
          "--coordinators: expected %d, as this farm was brought up with, found %d; bring it down first"
              .formatted(count, coordinators));
    }
  }

  private FarmFolder folder(@Nullable Path data) throws IOException {
    if (data != null) {
      return new FarmFolder(data);
    }
    if (!Files.exists(last())) {
      throw new LongtakeException(
          ErrorCode.CONFIGURATION_INVALID,
          "--data: expected the folder of a farm, found that none was brought up yet");
    }
    return new FarmFolder(Path.of(Files.readString(last())));
  }

  private static FarmRecord farm(FarmFolder folder) {
    return folder
        .read()
        .orElseThrow(
            () ->
                new LongtakeException(
                    ErrorCode.NOT_FOUND,
                    "%s: expected a farm that is up, found none".formatted(folder.root())));
  }

  /** Names the folder of the farm that was brought up last. */
  private Path last() {
    return home.resolve("ops/target/local-farm");
  }
}

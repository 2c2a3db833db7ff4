package dev.longtake.ops.access;

import dev.longtake.client.AccessClient;
import dev.longtake.client.AccessClient.Change;
import dev.longtake.client.Address;
import dev.longtake.error.ErrorKind;
import dev.longtake.error.LongtakeException;
import dev.longtake.ops.console.Console;
import dev.longtake.ops.console.ExitCode;
import dev.longtake.ops.option.CoordinatorOption;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

@Command(
    name = "audit",
    description = {
      "Lists who changed what in a farm, the newest first: the latest 200 changes that each",
      "coordinator was asked for. Needs the role operator."
    },
    mixinStandardHelpOptions = true)
public final class AuditCommand implements Callable<Integer> {

  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss", Locale.ROOT);

  @Mixin private CoordinatorOption coordinator;

  private final Console console;

  public AuditCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() {
    List<Change> changes = new ArrayList<>();
    boolean isComplete = true;
    for (Address one : coordinator.addresses.all()) {
      isComplete &= addOf(one, changes);
    }
    changes.sort(Comparator.comparing(Change::time).reversed());
    for (Change change : changes) {
      console.print(
          "%s  %-12s  %s  by %s: %s%s"
              .formatted(
                  TIME.format(change.time().atZone(ZoneId.systemDefault())),
                  change.action(),
                  change.subject(),
                  change.from(),
                  change.outcome(),
                  change.reason().isEmpty() ? "" : " (" + change.reason() + ")"));
    }
    return isComplete ? ExitCode.OK : ExitCode.FAILED;
  }

  /** One that is away has its changes for later. */
  private boolean addOf(Address one, List<Change> changes) {
    try (AccessClient farm = coordinator.connectForAccess(one)) {
      changes.addAll(farm.audit());
      return true;
    } catch (LongtakeException e) {
      if (e.code().kind() != ErrorKind.BUSY) {
        throw e;
      }
      console.error("%s: %s".formatted(one, e.getMessage()));
      return false;
    }
  }
}

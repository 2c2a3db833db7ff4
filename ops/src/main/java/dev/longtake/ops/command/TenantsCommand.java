package dev.longtake.ops.command;

import dev.longtake.client.FleetClient;
import dev.longtake.ops.console.Console;
import dev.longtake.ops.console.ExitCode;
import dev.longtake.ops.json.JsonLine;
import dev.longtake.ops.json.TenantJson;
import dev.longtake.ops.option.CoordinatorOption;
import dev.longtake.story.status.TenantStatus;
import dev.longtake.words.DurationText;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
    name = "tenants",
    description = "Lists the tenants of a farm, and what each has of its workers.",
    mixinStandardHelpOptions = true)
public final class TenantsCommand implements Callable<Integer> {

  @Mixin private CoordinatorOption coordinator;

  @Option(names = "--json", description = "Print each tenant as one JSON object a line.")
  private boolean json;

  private final Console console;

  public TenantsCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() {
    List<TenantStatus> tenants;
    try (FleetClient fleet = coordinator.connectToFleet()) {
      tenants = fleet.tenants();
    }
    if (json) {
      tenants.forEach(tenant -> console.print(JsonLine.of(TenantJson.of(tenant))));
    } else if (tenants.isEmpty()) {
      console.tell("no tenant has or wants anything");
    } else {
      lines(tenants).forEach(console::print);
    }
    return ExitCode.OK;
  }

  static List<String> lines(List<TenantStatus> tenants) {
    int name = Math.max(6, tenants.stream().mapToInt(it -> it.tenant().length()).max().orElse(0));
    String row = "%-" + name + "s  %6s  %7s  %7s  %8s  %7s  %7s  %13s  %13s";
    List<String> lines = new ArrayList<>();
    lines.add(
        row.formatted(
            "TENANT",
            "WEIGHT",
            "WORKERS",
            "SHARE",
            "UNDERWAY",
            "AT MOST",
            "WAITING",
            "TODAY",
            "A DAY"));
    for (TenantStatus tenant : tenants) {
      lines.add(
          row.formatted(
              tenant.tenant(),
              tenant.weight(),
              String.format(Locale.ROOT, "%.1f", tenant.workers()),
              String.format(Locale.ROOT, "%.1f", tenant.share()),
              tenant.chunksRunning(),
              tenant.chunksMax().isPresent() ? "" + tenant.chunksMax().getAsInt() : "-",
              tenant.chunksWaiting(),
              DurationText.said(tenant.today().used()),
              tenant.today().max().map(DurationText::said).orElse("-")));
    }
    return lines;
  }
}

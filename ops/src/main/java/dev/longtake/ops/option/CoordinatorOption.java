package dev.longtake.ops.option;

import dev.longtake.client.AccessClient;
import dev.longtake.client.Address;
import dev.longtake.client.Addresses;
import dev.longtake.client.FarmClient;
import dev.longtake.client.FleetClient;
import dev.longtake.client.LogClient;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The option of every command that talks to a farm. */
public final class CoordinatorOption {

  @Option(
      names = "--coordinator",
      paramLabel = "HOST:PORT,...",
      defaultValue = "${env:LONGTAKE_COORDINATOR:-" + Address.DEFAULT + "}",
      converter = AddressesConverter.class,
      description = {
        "Where the farm's coordinators listen; any of them will do.",
        "Default: LONGTAKE_COORDINATOR, else " + Address.DEFAULT + "."
      })
  public Addresses addresses;

  @Mixin private PassOptions pass;

  public FarmClient connect() {
    return FarmClient.connect(addresses, pass.pass());
  }

  public AccessClient connectForAccess() {
    return AccessClient.connect(addresses, pass.pass());
  }

  /** The same of one coordinator alone. */
  public AccessClient connectForAccess(Address one) {
    return AccessClient.connect(Addresses.of(one), pass.pass());
  }

  public LogClient connectToLogs() {
    return LogClient.connect(addresses, pass.pass());
  }

  public FleetClient connectToFleet() {
    return FleetClient.connect(addresses, pass.pass());
  }
}

package dev.longtake.ops.option;

import dev.longtake.client.FarmClient;
import picocli.CommandLine.Option;

/** The option of every command that talks to a farm. */
public final class CoordinatorOption {

  @Option(
      names = "--coordinator",
      paramLabel = "HOST:PORT",
      defaultValue = "${env:LONGTAKE_COORDINATOR:-" + Address.DEFAULT + "}",
      converter = Address.Converter.class,
      description = {
        "Where the farm's coordinator listens.",
        "Default: LONGTAKE_COORDINATOR, else " + Address.DEFAULT + "."
      })
  public Address address;

  public FarmClient connect() {
    return FarmClient.connect(address.host(), address.port());
  }
}

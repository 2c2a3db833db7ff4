package dev.longtake.ops.option;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The option of every program that connects or is connected to. */
public final class TlsOption {

  @Option(
      names = "--tls",
      paramLabel = "FOLDER",
      defaultValue = "${env:LONGTAKE_TLS}",
      description = {
        "A folder of longtake certs: connections are encrypted, and both sides known.",
        "Default: LONGTAKE_TLS, else what the settings say, else plaintext."
      })
  private @Nullable Path folder;

  /** What was said; null if nothing was. */
  public @Nullable Path given() {
    return folder;
  }
}

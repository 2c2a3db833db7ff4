package dev.longtake.ops.option;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The option of every program that connects or is connected to. */
public final class TlsOption {

  @Option(
      names = "--tls",
      paramLabel = "FOLDER",
      description = {
        "A folder of longtake certs: connections are encrypted, and both sides known.",
        "Default: LONGTAKE_TLS, else what the settings say, else plaintext."
      })
  private @Nullable Path folder;

  /** What was said; null if nothing was. */
  public @Nullable Path given() {
    return given(System.getenv("LONGTAKE_TLS"));
  }

  /**
   * The same with this variable: an empty one is none, as scripts and images set it, while an empty
   * argument stays a folder that is not there, so that a mistake does not end in plaintext.
   */
  @Nullable Path given(@Nullable String variable) {
    return folder != null || variable == null || variable.isBlank() ? folder : Path.of(variable);
  }
}

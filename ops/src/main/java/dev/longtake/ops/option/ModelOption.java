package dev.longtake.ops.option;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Which checkpoint to render with. */
public final class ModelOption {

  /** The bundled checkpoint, below the folder that the start script names. */
  private static final String BUNDLED = "worker/model/toybox";

  @Option(
      names = "--model",
      paramLabel = "DIR",
      description = "The checkpoint, in the diffusers layout. Default: the bundled one.")
  private @Nullable Path folder;

  public Path folder() {
    return folder == null ? bundled() : folder;
  }

  /** What was said; null if nothing was. */
  public @Nullable Path given() {
    return folder;
  }

  /** The bundled checkpoint. */
  public static Path bundled() {
    return Path.of(System.getProperty("longtake.home", "."), BUNDLED);
  }
}

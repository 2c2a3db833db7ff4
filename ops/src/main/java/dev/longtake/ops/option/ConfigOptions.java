package dev.longtake.ops.option;

import dev.longtake.config.Configuration;
import dev.longtake.config.Overrides;
import dev.longtake.ops.console.Console;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.Option;

/** The options of a program that is set up by a file. */
public final class ConfigOptions {

  @Option(
      names = "--config",
      paramLabel = "FILE",
      description = "A file of settings; options count more. Default: the settings in the jar.")
  private @Nullable Path file;

  @Option(
      names = "--print-config",
      description = "Print every setting with its default and what it is for, and end.")
  private boolean print;

  /** A port of the command line, where -1 is none, as the file has it. */
  public static @Nullable Object port(@Nullable Integer option) {
    return option != null && option == -1 ? "off" : option;
  }

  /** Prints the commented defaults, if that was asked for. */
  public boolean printed(Configuration<?> configuration, Console console) {
    if (print) {
      console.print(configuration.commentedDefaults().stripTrailing());
    }
    return print;
  }

  /**
   * The configuration.
   *
   * @param overrides the command's other options
   * @throws dev.longtake.error.LongtakeException CONFIGURATION_INVALID with all that is wrong
   */
  public <T extends Record> T read(Configuration<T> configuration, Overrides overrides) {
    return file == null ? configuration.of(overrides) : configuration.read(file, overrides);
  }

  /** Logs it as it is in force, as one block. */
  public <T extends Record> void log(Configuration<T> configuration, T value) {
    LoggerFactory.getLogger(ConfigOptions.class)
        .info("configuration in force:\n{}", configuration.describe(value));
  }
}

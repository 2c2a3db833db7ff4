package dev.longtake.ops.option;

import dev.longtake.config.Configuration;
import dev.longtake.config.Overrides;
import dev.longtake.ops.console.Console;
import dev.longtake.ops.console.LogFormat;
import dev.longtake.ops.console.LogSetup;
import dev.longtake.words.Word;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

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

  @Option(
      names = "--log-format",
      paramLabel = "FORMAT",
      defaultValue = "${env:LONGTAKE_LOG_FORMAT:-text}",
      converter = LogFormatConverter.class,
      description = {
        "How log lines are written: text, or json for what collects them.",
        "Default: LONGTAKE_LOG_FORMAT, else text."
      })
  private LogFormat logFormat = LogFormat.TEXT;

  private static final class LogFormatConverter implements ITypeConverter<LogFormat> {

    @Override
    public LogFormat convert(String word) {
      return Word.read(LogFormat.class, word)
          .orElseThrow(
              () ->
                  new TypeConversionException(
                      "expected %s, found \"%s\"".formatted(Word.listing(LogFormat.class), word)));
    }
  }

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

  /** Logs to standard error from now on, and as the first what is in force, as one block. */
  public <T extends Record> void startLog(Configuration<T> configuration, T value) {
    LogSetup.toStandardError(logFormat);
    LoggerFactory.getLogger(ConfigOptions.class)
        .info("configuration in force:\n{}", configuration.describe(value));
  }
}

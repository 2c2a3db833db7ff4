package dev.longtake.config;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigParseOptions;
import com.typesafe.config.ConfigSyntax;
import dev.longtake.error.ErrorCode;
import dev.longtake.error.LongtakeException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * The configuration of one program: a record of records, whose commented defaults are a file in the
 * jar. That file is the one place of every default.
 *
 * <p>What was said last counts: the defaults, then the operator's file, then the command line. A
 * value may name an environment variable, {@code ${?NAME}}.
 */
public final class Configuration<T extends Record> {

  private final Class<T> type;
  private final String commentedDefaults;
  private final Config defaults;
  private final Forms forms;

  private Configuration(Class<T> type, String name, String text, List<Form<?>> forms) {
    this.type = type;
    this.commentedDefaults = text;
    this.forms = new Forms(forms);
    this.defaults = parse(name + " in the jar", text);
  }

  /**
   * The configuration whose defaults are a resource at the root of the jar.
   *
   * @param forms of types that only this configuration has
   */
  public static <T extends Record> Configuration<T> of(
      Class<T> type, String resource, Form<?>... forms) {
    try (InputStream in = type.getResourceAsStream("/" + resource)) {
      if (in == null) {
        throw new IllegalStateException(resource + ": expected it in the jar, found nothing");
      }
      String text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
      return new Configuration<>(type, resource, text, List.of(forms));
    } catch (IOException e) {
      throw new UncheckedIOException(resource, e);
    }
  }

  /** The file in the jar, with its comments: what an operator's own file starts from. */
  public String commentedDefaults() {
    return commentedDefaults;
  }

  /** What holds if nobody says anything. */
  public T defaults() {
    return of(Overrides.NONE);
  }

  /**
   * The defaults and what is said instead.
   *
   * @throws LongtakeException {@code CONFIGURATION_INVALID} if that is wrong
   */
  public T of(Overrides overrides) {
    return record(overrides.over(defaults));
  }

  /**
   * The defaults, an operator's file over them, and the command line over that.
   *
   * @throws LongtakeException {@code FILE_UNUSABLE} if the file cannot be read; {@code
   *     CONFIGURATION_INVALID} if something is wrong in it, and then the message lists all of it
   */
  public T read(Path file, Overrides overrides) {
    try {
      return parse(file.toString(), Files.readString(file), overrides);
    } catch (IOException e) {
      throw new LongtakeException(
          ErrorCode.FILE_UNUSABLE, "%s: cannot be read: %s".formatted(file, e), e);
    }
  }

  /**
   * The same from the file's text.
   *
   * @param name the file's, for messages
   */
  public T parse(String name, String text, Overrides overrides) {
    return record(overrides.over(parse(name, text).withFallback(defaults)));
  }

  private static Config parse(String name, String text) {
    try {
      return ConfigFactory.parseString(
          text,
          ConfigParseOptions.defaults()
              .setSyntax(ConfigSyntax.CONF)
              .setOriginDescription(name)
              .setIncluder(new Includes(name)));
    } catch (ConfigException e) {
      throw invalid(e);
    }
  }

  private T record(Config layers) {
    var problems = new Problems();
    try {
      var record =
          new RecordReader(forms, defaults, problems).record(type, layers.resolve().root());
      problems.throwIfAny();
      return record.orElseThrow();
    } catch (ConfigException e) {
      throw invalid(e);
    }
  }

  private static LongtakeException invalid(ConfigException e) {
    return new LongtakeException(
        ErrorCode.CONFIGURATION_INVALID, String.valueOf(e.getMessage()), e);
  }

  /**
   * The configuration as it is in force, one key a line, beside each that is not the default what
   * the default is; secrets masked, and so is all that is passed on unread.
   */
  public String describe(T value) {
    return EffectiveText.of(forms, value, defaults());
  }
}

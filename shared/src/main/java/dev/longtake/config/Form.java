package dev.longtake.config;

import dev.longtake.words.DurationText;
import dev.longtake.words.NumberText;
import java.math.BigInteger;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * How values of a type are written.
 *
 * @param expected completes "expected ..."
 * @param parse empty if the text is not such a value
 */
public record Form<T>(Class<T> type, String expected, Function<String, Optional<T>> parse) {

  /** The types that every configuration record may have. */
  static final List<Form<?>> COMMON =
      List.of(
          new Form<>(String.class, "text", Optional::of),
          new Form<>(Secret.class, "text", Form::secret),
          new Form<>(Path.class, "a path", Form::path),
          new Form<>(
              Integer.class,
              "a whole number",
              text -> whole(text, Integer.SIZE, BigInteger::intValueExact)),
          new Form<>(
              Long.class,
              "a whole number",
              text -> whole(text, Long.SIZE, BigInteger::longValueExact)),
          new Form<>(Boolean.class, "true or false", Form::truth),
          new Form<>(
              Duration.class,
              "a duration with its unit, such as 500ms, 15s, 2m or 1h30m",
              DurationText::parse),
          new Form<>(
              Addresses.class,
              "addresses with commas between them, such as \"a:7474, b:7474\", or nothing",
              Addresses::parse),
          new Form<>(
              DataSize.class, "a size with its unit, such as 64 KiB or 2 GiB", DataSize::parse));

  private static Optional<Secret> secret(String text) {
    return text.isEmpty() ? Optional.empty() : Optional.of(new Secret(text));
  }

  private static Optional<Path> path(String text) {
    try {
      return text.isBlank() ? Optional.empty() : Optional.of(Path.of(text));
    } catch (InvalidPathException e) {
      return Optional.empty();
    }
  }

  private static <N> Optional<N> whole(String text, int bits, Function<BigInteger, N> narrow) {
    return NumberText.whole(text).filter(it -> it.bitLength() < bits).map(narrow);
  }

  private static Optional<Boolean> truth(String text) {
    return switch (text) {
      case "true" -> Optional.of(true);
      case "false" -> Optional.of(false);
      default -> Optional.empty();
    };
  }
}

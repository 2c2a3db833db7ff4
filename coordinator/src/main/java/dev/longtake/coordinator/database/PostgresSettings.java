package dev.longtake.coordinator.database;

import dev.longtake.config.EmptyWord;
import dev.longtake.config.Ranges;
import dev.longtake.config.Secret;
import dev.longtake.error.ErrorCode;
import dev.longtake.error.LongtakeException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Where a PostgreSQL is, and who asks it.
 *
 * @param url of JDBC, without user and password: it is printed
 * @param passwordFile holds the password and nothing else; a line's end behind it does not count
 */
public record PostgresSettings(
    String url,
    String user,
    @EmptyWord("none") Optional<Secret> password,
    @EmptyWord("none") Optional<Path> passwordFile) {

  private static final String SCHEME = "jdbc:postgresql:";

  public PostgresSettings {
    String lower = url.toLowerCase(Locale.ROOT);
    new Ranges()
        .that("url", url.startsWith(SCHEME), "an address that starts with " + SCHEME, "another one")
        .that(
            "url",
            !lower.contains("password="),
            "an address without a password, which has a key of its own",
            "one with")
        .that("user", !user.isBlank(), "a name", "\"" + user + "\"")
        .that(
            "passwordFile",
            password.isEmpty() || passwordFile.isEmpty(),
            "none where there is a password",
            "both")
        .check();
  }

  /**
   * The password, wherever it stands; empty if the server asks for none.
   *
   * @throws LongtakeException with {@link ErrorCode#FILE_UNUSABLE} if its file cannot be read
   */
  Optional<Secret> foundPassword() {
    return passwordFile.isEmpty() ? password : Optional.of(read(passwordFile.get()));
  }

  private static Secret read(Path file) {
    try {
      String text = Files.readString(file).stripTrailing();
      if (text.isEmpty()) {
        throw unusable(file, "it is empty", null);
      }
      return new Secret(text);
    } catch (IOException e) {
      throw unusable(file, e.toString(), e);
    }
  }

  private static LongtakeException unusable(Path file, String why, @Nullable IOException cause) {
    return new LongtakeException(
        ErrorCode.FILE_UNUSABLE,
        "storage.postgresql.password-file: expected a password in %s: %s".formatted(file, why),
        cause);
  }
}

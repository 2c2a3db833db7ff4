package dev.longtake.coordinator.notify;

import dev.longtake.config.EmptyWord;
import dev.longtake.config.Ranges;
import dev.longtake.config.Secret;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/**
 * Who is told what.
 *
 * @param webhooks addresses that are told
 * @param secret signs what they are sent
 * @param command a program that is told
 * @param occasions what they are told of
 * @param patience how long it is tried
 */
public record NotifySettings(
    WebAddresses webhooks,
    @EmptyWord("none") Optional<Secret> secret,
    @EmptyWord("none") Optional<Path> command,
    Occasions occasions,
    Duration patience) {

  private static final int SECRET_LENGTH_MIN = 16;

  public NotifySettings {
    new Ranges()
        .that(
            "secret",
            secret.isEmpty() || secret.get().value().length() >= SECRET_LENGTH_MIN,
            "16 characters or more",
            "fewer")
        .between("patience", patience, Duration.ofSeconds(1), Duration.ofDays(7))
        .check();
  }
}

package dev.longtake.security;

import static dev.longtake.error.Require.require;

import dev.longtake.story.status.TenantScope;
import java.time.Instant;
import java.util.Optional;

/**
 * What a farm knows of a token, which is all but its secret.
 *
 * @param name whose it is, in an admin's words
 * @param scope whose work it is good for
 * @param createdBy who issued it
 * @param revoked when it was taken back; empty if it was not
 */
public record TokenInfo(
    String id,
    String name,
    Role role,
    TenantScope scope,
    String createdBy,
    Instant created,
    Instant expires,
    Optional<Instant> revoked) {

  /** Characters of a name. */
  public static final int NAME_LENGTH_MAX = 100;

  public TokenInfo {
    require(
        !name.isBlank() && name.length() <= NAME_LENGTH_MAX,
        "name: expected 1 to %d characters, found %d",
        NAME_LENGTH_MAX,
        name.length());
    require(
        name.chars()
            .noneMatch(c -> Character.isISOControl(c) || Character.getType(c) == Character.FORMAT),
        "name: expected characters that can be seen");
  }
}

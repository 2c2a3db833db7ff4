package dev.longtake.wire;

import dev.longtake.security.Role;
import dev.longtake.security.TokenInfo;
import dev.longtake.story.status.TenantScope;
import dev.longtake.wire.v1.CreateTokenRequest;
import dev.longtake.wire.v1.Token;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/** Tokens without their secrets, both ways. */
public final class AccessWire {

  private static final Duration LIFETIME_MIN = Duration.ofMinutes(1);
  private static final Duration LIFETIME_MAX = Duration.ofDays(3653);

  private AccessWire() {}

  /** The message of a token. */
  public static Token toProto(TokenInfo token) {
    Token.Builder message =
        Token.newBuilder()
            .setTokenId(token.id())
            .setName(token.name())
            .setRole(toProto(token.role()))
            .setTenant(token.scope().word())
            .setCreatedBy(token.createdBy())
            .setCreateTime(TimeWire.toProto(token.created()))
            .setExpireTime(TimeWire.toProto(token.expires()));
    token.revoked().ifPresent(at -> message.setRevokeTime(TimeWire.toProto(at)));
    return message.build();
  }

  /**
   * The token of a message.
   *
   * @throws dev.longtake.error.LongtakeException with {@code REQUEST_INVALID}
   */
  public static TokenInfo fromProto(Token message) {
    Field at = new Field("token");
    Role role = role(at.at("role"), message.getRole());
    Optional<Instant> revoked =
        message.hasRevokeTime()
            ? Optional.of(TimeWire.instant(at.at("revoke_time"), message.getRevokeTime()))
            : Optional.empty();
    return at.make(
        () ->
            new TokenInfo(
                message.getTokenId(),
                message.getName(),
                role,
                scope(message.getTenant()),
                message.getCreatedBy(),
                TimeWire.instant(at.at("create_time"), message.getCreateTime()),
                TimeWire.instant(at.at("expire_time"), message.getExpireTime()),
                revoked));
  }

  /** A coordinator of before there were tenants says nothing of them. */
  private static TenantScope scope(String word) {
    return word.isEmpty() ? TenantScope.ALL : new TenantScope(word);
  }

  /**
   * Whose work a token is asked for; empty if nothing is said.
   *
   * @throws dev.longtake.error.LongtakeException with {@code REQUEST_INVALID} if there can be no
   *     such tenant
   */
  public static Optional<TenantScope> scope(CreateTokenRequest message) {
    return message.getTenant().isEmpty()
        ? Optional.empty()
        : Optional.of(new Field("tenant").make(() -> new TenantScope(message.getTenant())));
  }

  /** The message of a role. */
  public static dev.longtake.wire.v1.Role toProto(Role role) {
    return switch (role) {
      case VIEWER -> dev.longtake.wire.v1.Role.ROLE_VIEWER;
      case ARTIST -> dev.longtake.wire.v1.Role.ROLE_ARTIST;
      case LEAD -> dev.longtake.wire.v1.Role.ROLE_LEAD;
      case OPERATOR -> dev.longtake.wire.v1.Role.ROLE_OPERATOR;
      case ADMIN -> dev.longtake.wire.v1.Role.ROLE_ADMIN;
    };
  }

  /**
   * The role of a request for a token.
   *
   * @throws dev.longtake.error.LongtakeException with {@code REQUEST_INVALID} if there is none
   */
  public static Role role(CreateTokenRequest message) {
    return role(new Field("role"), message.getRole());
  }

  /**
   * How long a token is asked for.
   *
   * @throws dev.longtake.error.LongtakeException with {@code REQUEST_INVALID} if that is too short
   *     or too long
   */
  public static Duration lifetime(CreateTokenRequest message) {
    Duration lifetime =
        Duration.ofSeconds(
            Math.clamp(message.getLifetime().getSeconds(), -1, LIFETIME_MAX.toSeconds() + 1));
    if (lifetime.compareTo(LIFETIME_MIN) < 0 || lifetime.compareTo(LIFETIME_MAX) > 0) {
      throw new Field("lifetime")
          .invalid(
              "expected a minute to ten years, found %d s"
                  .formatted(message.getLifetime().getSeconds()));
    }
    return lifetime;
  }

  private static Role role(Field at, dev.longtake.wire.v1.Role message) {
    return switch (message) {
      case ROLE_VIEWER -> Role.VIEWER;
      case ROLE_ARTIST -> Role.ARTIST;
      case ROLE_LEAD -> Role.LEAD;
      case ROLE_OPERATOR -> Role.OPERATOR;
      case ROLE_ADMIN -> Role.ADMIN;
      case ROLE_UNSPECIFIED, UNRECOGNIZED ->
          throw at.invalid(
              "expected %s, found none of them"
                  .formatted(dev.longtake.words.Word.listing(Role.class)));
    };
  }
}

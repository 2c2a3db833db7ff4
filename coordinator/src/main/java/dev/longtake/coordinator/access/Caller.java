package dev.longtake.coordinator.access;

import dev.longtake.security.PeerRole;
import dev.longtake.security.Role;
import dev.longtake.security.TokenInfo;
import dev.longtake.story.status.Owner;
import dev.longtake.story.status.TenantScope;
import io.grpc.Context;
import java.util.Optional;

/**
 * Who makes a call.
 *
 * @param name whose call it is, as a token or a certificate says; empty where nobody is asked
 * @param tokenId that of the token it came with
 * @param kind what kind of program it is; empty where nobody is asked
 * @param role what they may do; empty for programs that are no people's
 * @param scope whose work they have to do with
 */
public record Caller(
    String name,
    Optional<String> tokenId,
    Optional<PeerRole> kind,
    Optional<Role> role,
    TenantScope scope) {

  /** Somebody who reaches a port that is not encrypted, and so may do everything. */
  public static final Caller ANYBODY =
      new Caller("", Optional.empty(), Optional.empty(), Optional.of(Role.ADMIN), TenantScope.ALL);

  static final Context.Key<Caller> OF_CALL = Context.keyWithDefault("longtake-caller", ANYBODY);

  /** Who shows this token, in a client or in a browser. */
  public static Caller of(TokenInfo token) {
    return new Caller(
        token.name(),
        Optional.of(token.id()),
        Optional.of(PeerRole.CLIENT),
        Optional.of(token.role()),
        token.scope());
  }

  /** Who makes the call that this thread serves. */
  public static Caller ofCall() {
    return OF_CALL.get();
  }

  /** As the audit and people name them. */
  public String shown() {
    return name.isEmpty()
        ? "anybody"
        : tokenId.map(id -> "%s (token %s)".formatted(name, id)).orElse(name);
  }

  /**
   * Whether they may make this call, by the one table of what calls need; on the dashboard, what
   * does the same.
   *
   * @param call its full name
   */
  public boolean may(String call) {
    return CallRights.of(call).filter(this::has).isPresent();
  }

  private boolean has(Right right) {
    return switch (right) {
      case Right.Person(Role least, boolean ofAllTenants) ->
          role.filter(it -> it.includes(least)).isPresent() && (!ofAllTenants || scope.isAll());
      case Right.Worker _ -> kind.filter(it -> it == PeerRole.WORKER).isPresent();
      case Right.Member _ -> true;
    };
  }

  /** Whose a story of theirs is, in this tenant. */
  public Owner owner(String tenant) {
    return new Owner(tenant, name);
  }
}

package dev.longtake.client;

import dev.longtake.error.LongtakeException;
import dev.longtake.security.FarmToken;
import dev.longtake.security.Role;
import dev.longtake.security.TokenInfo;
import dev.longtake.wire.AccessWire;
import dev.longtake.wire.TimeWire;
import dev.longtake.wire.v1.AccessServiceGrpc;
import dev.longtake.wire.v1.AuditEntry;
import dev.longtake.wire.v1.CreateTokenRequest;
import dev.longtake.wire.v1.CreateTokenResponse;
import dev.longtake.wire.v1.ListAuditRequest;
import dev.longtake.wire.v1.ListTokensRequest;
import dev.longtake.wire.v1.RevokeTokenRequest;
import io.grpc.ManagedChannel;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** Whom a farm lets in, for its admins. Safe for any number of threads. */
public final class AccessClient implements AutoCloseable {

  private static final Duration DEADLINE = Duration.ofSeconds(30);

  private final ManagedChannel channel;
  private final AccessServiceGrpc.AccessServiceBlockingV2Stub stub;

  /**
   * Uses this connection, and closes it in the end.
   *
   * @param channel to coordinators of one farm
   */
  public AccessClient(ManagedChannel channel) {
    this.channel = channel;
    this.stub = AccessServiceGrpc.newBlockingV2Stub(channel);
  }

  /**
   * A client of a farm with these coordinators.
   *
   * @param pass what is shown to be let in: the role admin, or operator for {@link #audit}
   */
  public static AccessClient connect(Addresses coordinators, Pass pass) {
    return new AccessClient(Channels.open(coordinators, pass));
  }

  /**
   * A token that was just issued.
   *
   * @param info what the farm knows of it
   * @param token the secret, which is told this once
   */
  public record Issued(TokenInfo info, FarmToken token) {}

  /**
   * Issues a token; not tried again, because each try would issue one.
   *
   * @param name whose it is, at most {@value TokenInfo#NAME_LENGTH_MAX} characters
   * @param lifetime from now on
   * @throws LongtakeException as the coordinator refuses it, or {@link
   *     dev.longtake.error.ErrorCode#UNAVAILABLE} if none answers: it may have been issued then
   */
  public Issued create(String name, Role role, Duration lifetime) {
    return create(name, role, "", lifetime);
  }

  /**
   * The same.
   *
   * @param tenant whose work it is to be good for, {@code *} for all; empty for what its role has
   *     where nothing is said
   */
  public Issued create(String name, Role role, String tenant, Duration lifetime) {
    CreateTokenResponse response =
        Calls.make(
            () ->
                deadline()
                    .createToken(
                        CreateTokenRequest.newBuilder()
                            .setName(name)
                            .setRole(AccessWire.toProto(role))
                            .setTenant(tenant)
                            .setLifetime(TimeWire.toProto(lifetime))
                            .build()));
    Optional<FarmToken> token = FarmToken.parse(response.getSecret());
    return new Issued(
        AccessWire.fromProto(response.getToken()),
        token.orElseThrow(
            () ->
                new LongtakeException(
                    dev.longtake.error.ErrorCode.INTERNAL,
                    "secret: expected a token, found something else")));
  }

  /**
   * All tokens, the newest first.
   *
   * @throws LongtakeException as the coordinator refuses it, or after some tries {@link
   *     dev.longtake.error.ErrorCode#UNAVAILABLE}
   */
  public List<TokenInfo> list() {
    return Retries.SHORT.call(
        () ->
            Calls.make(() -> deadline().listTokens(ListTokensRequest.getDefaultInstance()))
                .getTokensList()
                .stream()
                .map(AccessWire::fromProto)
                .toList());
  }

  /**
   * Takes a token back; repeating it is safe.
   *
   * @param tokenId as {@link TokenInfo} has it
   * @throws LongtakeException with {@link dev.longtake.error.ErrorCode#NOT_FOUND} if there is none
   *     of this id, else as {@link #list}
   */
  public TokenInfo revoke(String tokenId) {
    RevokeTokenRequest request = RevokeTokenRequest.newBuilder().setTokenId(tokenId).build();
    return Retries.SHORT.call(
        () -> AccessWire.fromProto(Calls.make(() -> deadline().revokeToken(request)).getToken()));
  }

  /**
   * The latest changes that somebody asked this coordinator for, the newest first.
   *
   * @throws LongtakeException as {@link #list}
   */
  public List<Change> audit() {
    return Retries.SHORT.call(
        () ->
            Calls.make(() -> deadline().listAudit(ListAuditRequest.getDefaultInstance()))
                .getEntriesList()
                .stream()
                .map(Change::of)
                .toList());
  }

  /**
   * A change that somebody asked for.
   *
   * @param time when it was done or refused
   * @param from who, and the address
   * @param action one word, as {@code cancel}
   * @param subject the story, worker or token
   * @param reason in the caller's words; may be empty
   * @param outcome {@code done}, or why not
   */
  public record Change(
      Instant time, String from, String action, String subject, String reason, String outcome) {

    private static Change of(AuditEntry entry) {
      return new Change(
          TimeWire.fromProto(entry.getTime()),
          entry.getFrom(),
          entry.getAction(),
          entry.getSubject(),
          entry.getReason(),
          entry.getOutcome());
    }
  }

  private AccessServiceGrpc.AccessServiceBlockingV2Stub deadline() {
    return stub.withDeadlineAfter(DEADLINE.toNanos(), TimeUnit.NANOSECONDS);
  }

  @Override
  public void close() {
    Channels.close(channel);
  }
}

package dev.longtake.coordinator.api;

import dev.longtake.coordinator.access.Caller;
import dev.longtake.coordinator.access.Tokens;
import dev.longtake.coordinator.audit.AuditLog;
import dev.longtake.error.ErrorCode;
import dev.longtake.error.LongtakeException;
import dev.longtake.metrics.Metrics;
import dev.longtake.security.FarmToken;
import dev.longtake.security.Role;
import dev.longtake.security.TokenInfo;
import dev.longtake.story.status.TenantScope;
import dev.longtake.wire.AccessWire;
import dev.longtake.wire.TimeWire;
import dev.longtake.wire.v1.AccessServiceGrpc;
import dev.longtake.wire.v1.AuditEntry;
import dev.longtake.wire.v1.CreateTokenRequest;
import dev.longtake.wire.v1.CreateTokenResponse;
import dev.longtake.wire.v1.ListAuditRequest;
import dev.longtake.wire.v1.ListAuditResponse;
import dev.longtake.wire.v1.ListTokensRequest;
import dev.longtake.wire.v1.ListTokensResponse;
import dev.longtake.wire.v1.RevokeTokenRequest;
import dev.longtake.wire.v1.RevokeTokenResponse;
import io.grpc.stub.StreamObserver;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;

/** Whom the farm lets in, for its admins. */
public final class AccessEndpoint extends AccessServiceGrpc.AccessServiceImplBase {

  private final Tokens tokens;
  private final AuditLog audit;
  private final SecureRandom random;
  private final Answers answers;

  /**
   * The service.
   *
   * @param audit where it is written who let whom in
   * @param random draws secrets
   */
  public AccessEndpoint(Tokens tokens, AuditLog audit, SecureRandom random, Metrics metrics) {
    this.tokens = tokens;
    this.audit = audit;
    this.random = random;
    this.answers = new Answers(metrics);
  }

  @Override
  public void createToken(
      CreateTokenRequest request, StreamObserver<CreateTokenResponse> responses) {
    answers.send(responses, () -> created(request));
  }

  private CreateTokenResponse created(CreateTokenRequest request) {
    Role role = AccessWire.role(request);
    TenantScope scope = scope(request, role);
    Duration lifetime = AccessWire.lifetime(request);
    FarmToken token = FarmToken.draw(random);
    try {
      TokenInfo info =
          audit.carryOut(
              act("create-token", token.id(), role.word() + " of " + scope.word()),
              () ->
                  tokens.create(
                      token, request.getName(), role, scope, Caller.ofCall().shown(), lifetime));
      return CreateTokenResponse.newBuilder()
          .setToken(AccessWire.toProto(info))
          .setSecret(token.secret())
          .build();
    } catch (IllegalArgumentException e) {
      throw new LongtakeException(ErrorCode.REQUEST_INVALID, String.valueOf(e.getMessage()), e);
    }
  }

  /** Who has to do with one tenant lets others in to that one alone. */
  private static TenantScope scope(CreateTokenRequest request, Role role) {
    TenantScope own = Caller.ofCall().scope();
    TenantScope wanted = AccessWire.scope(request).orElseGet(() -> role.scopeOf(own));
    if (!own.covers(wanted.word())) {
      throw new LongtakeException(
          ErrorCode.REQUEST_INVALID,
          "tenant: expected your own, %s, or none, found \"%s\""
              .formatted(own.word(), wanted.word()));
    }
    return wanted;
  }

  private static AuditLog.Act act(String action, String subject, String reason) {
    return new AuditLog.Act(PeerAddress.withCaller(), action, subject, reason);
  }

  @Override
  public void listTokens(ListTokensRequest request, StreamObserver<ListTokensResponse> responses) {
    answers.send(
        responses,
        () ->
            ListTokensResponse.newBuilder()
                .addAllTokens(
                    tokens.list(Caller.ofCall().scope()).stream().map(AccessWire::toProto).toList())
                .build());
  }

  @Override
  public void listAudit(ListAuditRequest request, StreamObserver<ListAuditResponse> responses) {
    answers.send(
        responses,
        () ->
            ListAuditResponse.newBuilder()
                .addAllEntries(audit.latest().stream().map(AccessEndpoint::toProto).toList())
                .build());
  }

  private static AuditEntry toProto(AuditLog.Entry entry) {
    return AuditEntry.newBuilder()
        .setTime(TimeWire.toProto(Instant.ofEpochMilli(entry.at())))
        .setFrom(entry.from())
        .setAction(entry.action())
        .setSubject(entry.subject())
        .setReason(entry.reason())
        .setOutcome(entry.outcome())
        .build();
  }

  @Override
  public void revokeToken(
      RevokeTokenRequest request, StreamObserver<RevokeTokenResponse> responses) {
    answers.send(
        responses,
        () -> {
          String id = Answers.shortened(request.getTokenId());
          TokenInfo info =
              audit.carryOut(
                  act("revoke-token", id, ""),
                  () -> tokens.revoke(request.getTokenId(), Caller.ofCall().scope()));
          return RevokeTokenResponse.newBuilder().setToken(AccessWire.toProto(info)).build();
        });
  }
}

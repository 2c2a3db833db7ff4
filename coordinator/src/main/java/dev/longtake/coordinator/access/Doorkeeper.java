package dev.longtake.coordinator.access;

import dev.longtake.backoff.Seldom;
import dev.longtake.error.ErrorCode;
import dev.longtake.error.LongtakeException;
import dev.longtake.metrics.Metrics;
import dev.longtake.security.FarmToken;
import dev.longtake.security.PeerRole;
import dev.longtake.security.PeerTenant;
import dev.longtake.security.Role;
import dev.longtake.security.TlsIdentity;
import dev.longtake.security.TlsMaterial;
import dev.longtake.security.TokenInfo;
import dev.longtake.story.status.TenantScope;
import io.grpc.Context;
import io.grpc.Contexts;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor.MethodType;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Lets a call in if the certificate of its connection counts now, its token does, and these are
 * good for that call. Who is not let in is not told whether what was named exists.
 *
 * <p>A connection may be older than what the farm believes: its certificate was good when it was
 * made. So it is asked at every call whether it still is, and again and again of calls that stay
 * open, which are ended when it no longer is.
 */
public final class Doorkeeper implements ServerInterceptor, AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(Doorkeeper.class);

  /** Open calls are looked at so often; who is let in no longer is out so much later at most. */
  private static final Duration LOOK_AGAIN = TlsIdentity.LOOK_AGAIN;

  private final TlsIdentity identity;
  private final Function<FarmToken, TokenInfo> tokens;
  private final Optional<Role> withoutToken;
  private final Metrics metrics;
  private final Seldom seldom = new Seldom();
  private final Set<HeldCall<?, ?>> held = ConcurrentHashMap.newKeySet();
  private final ScheduledExecutorService timer =
      Executors.newSingleThreadScheduledExecutor(Thread.ofVirtual().name("doorkeeper").factory());

  private Doorkeeper(
      TlsIdentity identity,
      Function<FarmToken, TokenInfo> tokens,
      Optional<Role> withoutToken,
      Metrics metrics) {
    this.identity = identity;
    this.tokens = tokens;
    this.withoutToken = withoutToken;
    this.metrics = metrics;
  }

  /**
   * One who looks at open calls by itself.
   *
   * @param identity the coordinator's, and whom it believes
   * @param tokens says whose a token is, or throws
   * @param withoutToken what a client's certificate is good for alone; empty for nothing
   */
  public static Doorkeeper start(
      TlsIdentity identity,
      Function<FarmToken, TokenInfo> tokens,
      Optional<Role> withoutToken,
      Metrics metrics) {
    var keeper = new Doorkeeper(identity, tokens, withoutToken, metrics);
    long millis = LOOK_AGAIN.toMillis();
    var _ =
        keeper.timer.scheduleWithFixedDelay(
            keeper::lookAgain, millis, millis, TimeUnit.MILLISECONDS);
    return keeper;
  }

  @Override
  public <Q, R> ServerCall.Listener<Q> interceptCall(
      ServerCall<Q, R> call, Metadata headers, ServerCallHandler<Q, R> next) {
    String method = call.getMethodDescriptor().getFullMethodName();
    Credentials shown;
    Caller caller;
    try {
      shown = Credentials.of(call, headers);
      caller = check(shown, method);
    } catch (LongtakeException e) {
      tell(method, Credentials.chain(call), e);
      HeldCall.refuse(call, e);
      return new ServerCall.Listener<>() {};
    }
    Context context = Context.current().withValue(Caller.OF_CALL, caller);
    if (call.getMethodDescriptor().getType() == MethodType.UNARY) {
      return Contexts.interceptCall(context, call, headers, next);
    }
    var kept = new HeldCall<>(call, () -> check(shown, method), held::remove);
    held.add(kept);
    try {
      return kept.listener(Contexts.interceptCall(context, kept, headers, next));
    } catch (RuntimeException e) { // Nobody would be told of its end.
      held.remove(kept);
      throw e;
    }
  }

  /** Who it is, if that is somebody who may make this call. */
  private Caller check(Credentials shown, String method) {
    checkIdentity(shown.chain());
    X509Certificate certificate = shown.chain().getFirst();
    PeerRole kind =
        PeerRole.of(certificate)
            .orElseThrow(
                () ->
                    denied(
                        "expected a certificate with a role, found none in "
                            + TlsMaterial.named(certificate)));
    Right right =
        CallRights.of(method)
            .filter(it -> it.isOpenTo(kind))
            .orElseThrow(
                () ->
                    denied(
                        "%s: expected somebody whose call it is, found a %s"
                            .formatted(method, kind.label())));
    return switch (right) {
      case Right.Person person -> person(shown, kind, method, person);
      case Right.Worker _ -> program(certificate, kind);
      case Right.Member _ -> program(certificate, kind);
    };
  }

  private static Caller program(X509Certificate certificate, PeerRole kind) {
    return new Caller(
        TlsMaterial.named(certificate),
        Optional.empty(),
        Optional.of(kind),
        Optional.empty(),
        PeerTenant.of(certificate).orElseThrow()); // It has a role, so this is well.
  }

  private Caller person(Credentials shown, PeerRole kind, String method, Right.Person right) {
    Caller caller = person(shown, kind);
    Role role = caller.role().orElseThrow();
    if (right.ofAllTenants() && !caller.scope().isAll()) {
      throw denied(
          "%s: expected somebody of all tenants, found that %s is of %s"
              .formatted(method, caller.shown(), caller.scope().word()));
    }
    if (!role.includes(right.least())) {
      throw denied(
          "%s: expected the role %s, found that %s has %s"
              .formatted(method, right.least().word(), caller.shown(), role.word()));
    }
    return caller;
  }

  private Caller person(Credentials shown, PeerRole kind) {
    if (shown.token().isPresent()) {
      TokenInfo info = tokens.apply(shown.token().get());
      return new Caller(
          info.name(),
          Optional.of(info.id()),
          Optional.of(kind),
          Optional.of(info.role()),
          info.scope());
    }
    Role role =
        kind == PeerRole.COORDINATOR
            ? Role.ADMIN // Whoever has its key is the farm.
            : withoutToken.orElseThrow(
                () ->
                    new LongtakeException(
                        ErrorCode.UNAUTHENTICATED,
                        "expected a token (LONGTAKE_TOKEN, or --token-file), found none"));
    return new Caller(
        TlsMaterial.named(shown.chain().getFirst()),
        Optional.empty(),
        Optional.of(kind),
        Optional.of(role),
        role.scopeOf(TenantScope.ALL));
  }

  private static LongtakeException denied(String message) {
    return new LongtakeException(ErrorCode.PERMISSION_DENIED, message);
  }

  private void checkIdentity(List<X509Certificate> peer) {
    if (peer.isEmpty()) {
      throw new LongtakeException(
          ErrorCode.UNAUTHENTICATED, "expected a certificate, found a connection without");
    }
    identity
        .current()
        .refusal(peer, identity.now())
        .ifPresent(
            why -> {
              throw new LongtakeException(ErrorCode.UNAUTHENTICATED, why);
            });
  }

  /** Ends open calls of peers who are let in no longer. */
  void lookAgain() {
    try {
      identity.current();
      for (HeldCall<?, ?> call : held) {
        recheck(call);
      }
    } catch (RuntimeException e) { // A timer that throws never comes again.
      log.error("open calls were not looked at", e);
    }
  }

  private void recheck(HeldCall<?, ?> call) {
    try {
      call.check();
    } catch (LongtakeException e) {
      tell(call.getMethodDescriptor().getFullMethodName(), Credentials.chain(call), e);
      // What its service is doing may take a while; others are not to wait for that.
      Thread.ofVirtual().start(() -> call.end(e));
    }
  }

  private void tell(String method, List<X509Certificate> peer, LongtakeException why) {
    metrics.countError(why.code());
    String who = peer.isEmpty() ? "nobody known" : TlsMaterial.named(peer.getFirst());
    OptionalInt unsaid;
    synchronized (seldom) {
      unsaid = seldom.ask(method + " " + who, identity.now());
    }
    unsaid.ifPresent(
        count ->
            log.info(
                "refused call={} peer=\"{}\" unsaidBefore={}: {}",
                method,
                who,
                count,
                why.getMessage()));
  }

  @Override
  public void close() {
    timer.shutdownNow();
  }
}

package dev.longtake.coordinator.access;

import dev.longtake.backoff.Seldom;
import dev.longtake.error.ErrorCode;
import dev.longtake.error.LongtakeException;
import dev.longtake.metrics.Metrics;
import dev.longtake.security.PeerRole;
import dev.longtake.security.TlsIdentity;
import dev.longtake.security.TlsMaterial;
import io.grpc.Grpc;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor.MethodType;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSession;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Lets a call in if the certificate of its connection counts now and is of those whose call it is.
 *
 * <p>A connection may be older than what the farm believes: its certificate was good when it was
 * made. So it is asked at every call whether it still is, and again and again of calls that stay
 * open, which are ended when it no longer is.
 */
public final class Doorkeeper implements ServerInterceptor, AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(Doorkeeper.class);

  /** Open calls are looked at so often; a revoked certificate is out so much later at most. */
  private static final Duration LOOK_AGAIN = TlsIdentity.LOOK_AGAIN;

  private final TlsIdentity identity;
  private final Metrics metrics;
  private final Seldom seldom = new Seldom();
  private final Set<HeldCall<?, ?>> held = ConcurrentHashMap.newKeySet();
  private final ScheduledExecutorService timer =
      Executors.newSingleThreadScheduledExecutor(Thread.ofVirtual().name("doorkeeper").factory());

  private Doorkeeper(TlsIdentity identity, Metrics metrics) {
    this.identity = identity;
    this.metrics = metrics;
  }

  /**
   * One who looks at open calls by itself.
   *
   * @param identity the coordinator's, and whom it believes
   */
  public static Doorkeeper start(TlsIdentity identity, Metrics metrics) {
    var keeper = new Doorkeeper(identity, metrics);
    long millis = LOOK_AGAIN.toMillis();
    var _ =
        keeper.timer.scheduleWithFixedDelay(
            keeper::lookAgain, millis, millis, TimeUnit.MILLISECONDS);
    return keeper;
  }

  @Override
  public <Q, R> ServerCall.Listener<Q> interceptCall(
      ServerCall<Q, R> call, Metadata headers, ServerCallHandler<Q, R> next) {
    List<X509Certificate> peer = certificates(call);
    try {
      check(peer, call.getMethodDescriptor().getFullMethodName());
    } catch (LongtakeException e) {
      tell(call.getMethodDescriptor().getFullMethodName(), peer, e);
      HeldCall.refuse(call, e);
      return new ServerCall.Listener<>() {};
    }
    if (call.getMethodDescriptor().getType() == MethodType.UNARY) {
      return next.startCall(call, headers);
    }
    var kept = new HeldCall<>(call, peer, held::remove);
    held.add(kept);
    return kept.listener(next.startCall(kept, headers));
  }

  private void check(List<X509Certificate> peer, String method) {
    checkIdentity(peer);
    PeerRole role =
        PeerRole.of(peer.getFirst())
            .orElseThrow(
                () ->
                    new LongtakeException(
                        ErrorCode.PERMISSION_DENIED,
                        "expected a certificate with a role, found none in "
                            + TlsMaterial.named(peer.getFirst())));
    if (CallRights.of(method).filter(callers -> callers.include(role)).isEmpty()) {
      throw new LongtakeException(
          ErrorCode.PERMISSION_DENIED,
          "%s: expected somebody whose call it is, found a %s".formatted(method, role.label()));
    }
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

  private static List<X509Certificate> certificates(ServerCall<?, ?> call) {
    SSLSession session = call.getAttributes().get(Grpc.TRANSPORT_ATTR_SSL_SESSION);
    List<X509Certificate> chain = new ArrayList<>();
    try {
      if (session != null) {
        for (Certificate certificate : session.getPeerCertificates()) {
          chain.add((X509Certificate) certificate);
        }
      }
    } catch (SSLPeerUnverifiedException e) {
      return List.of();
    }
    return chain;
  }

  /** Ends open calls of peers who are believed no longer. */
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
      checkIdentity(call.peer());
    } catch (LongtakeException e) {
      tell(call.getMethodDescriptor().getFullMethodName(), call.peer(), e);
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

package dev.longtake.client;

import dev.longtake.client.Answering.Answer;
import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.health.v1.HealthCheckRequest;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.grpc.health.v1.HealthGrpc;
import java.net.SocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The coordinators behind one channel: asks each of them every other second, on a connection of its
 * own, whether it is well, so that calls go to those that are and do not wait for one that is
 * frozen. Safe for any number of threads.
 *
 * <h2>Why not what gRPC has for it</h2>
 *
 * <p>A process that is gone breaks its connections, and gRPC takes the next address. One that is
 * frozen (stopped, out of memory, on a machine that swaps) breaks nothing: its machine still takes
 * what is sent. gRPC's keepalive asks no more often than every ten seconds, its outlier detection
 * sees calls that have ended only, and deadlines would have to be short for a slab of kilobytes and
 * an artifact of gigabytes alike. Here a small question tells, and {@link CallGuard} ends whatever
 * waits for the one that does not answer it, streams too; who made the call makes it again. Outlier
 * detection stays for a coordinator that says it is well and fails all the same.
 */
final class Coordinators {

  private static final Logger log = LoggerFactory.getLogger(Coordinators.class);

  /**
   * How often each is asked.
   *
   * @param interval between an answer and the next question
   * @param silenceMax how long an answer may take
   */
  record Pace(Duration interval, Duration silenceMax) {

    /** Longer than a pause of a busy coordinator, short for somebody who waits. */
    static final Pace USUAL = new Pace(Duration.ofSeconds(2), Duration.ofSeconds(2));
  }

  private static final int RARER_MAX = 5;

  private final Addresses addresses;
  private final Pace pace;
  private final List<Runnable> listeners = new CopyOnWriteArrayList<>();
  private final Map<SocketAddress, Address> located = new ConcurrentHashMap<>();
  private volatile Answering answering;

  Coordinators(Addresses addresses, Pace pace) {
    this.addresses = addresses;
    this.pace = pace;
    this.answering = Answering.of(addresses.all());
  }

  Addresses addresses() {
    return addresses;
  }

  /** What is known now. */
  Answering answering() {
    return answering;
  }

  /** Has somebody told of every change from now on. */
  void listen(Runnable listener) {
    listeners.add(listener);
  }

  void forget(Runnable listener) {
    listeners.remove(listener);
  }

  /** Says what an address was found to be. */
  void located(SocketAddress socket, Address address) {
    located.put(socket, address);
  }

  /** Which coordinator this is. */
  Optional<Address> at(SocketAddress socket) {
    return Optional.ofNullable(located.get(socket));
  }

  /**
   * Begins to ask, until {@code calls} has ended.
   *
   * @param connect makes a connection to one of them
   */
  void watch(ManagedChannel calls, Function<Address, ManagedChannel> connect) {
    for (Address address : answering().all()) {
      Thread.ofVirtual()
          .name("coordinator-" + address)
          .start(() -> watch(address, calls, connect.apply(address)));
    }
  }

  private void watch(Address address, ManagedChannel calls, ManagedChannel connection) {
    try {
      boolean hasEnded = false;
      for (int failures = 0; !hasEnded; failures++) {
        connection.resetConnectBackoff();
        Answer answer = ask(connection);
        if (heard(address, answer)) {
          calls.resetConnectBackoff();
        }
        failures = answer == Answer.AWAY ? failures : 0;
        hasEnded = calls.awaitTermination(pause(failures).toMillis(), TimeUnit.MILLISECONDS);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      connection.shutdownNow();
    }
  }

  /** One that has been away for long is asked more rarely. */
  private Duration pause(int failures) {
    return pace.interval().multipliedBy(Math.min(1 << Math.min(failures, 3), RARER_MAX));
  }

  private Answer ask(ManagedChannel connection) {
    try {
      ServingStatus status =
          HealthGrpc.newBlockingStub(connection)
              .withDeadlineAfter(pace.silenceMax().toMillis(), TimeUnit.MILLISECONDS)
              .check(HealthCheckRequest.getDefaultInstance())
              .getStatus();
      return status == ServingStatus.SERVING ? Answer.READY : Answer.AWAY;
    } catch (StatusRuntimeException e) {
      Status.Code code = e.getStatus().getCode();
      if (code == Status.Code.DEADLINE_EXCEEDED) {
        return Answer.SILENT;
      }
      return code == Status.Code.UNAVAILABLE
          ? Answer.AWAY
          : Answer.READY; // Any other answer is one.
    }
  }

  /** True if it has come back. */
  private boolean heard(Address address, Answer answer) {
    @Nullable Answer before;
    synchronized (this) {
      before = answering.last().get(address);
      answering = answering.with(address, answer);
    }
    if (before == answer) {
      return false;
    }
    if (before != null || answer != Answer.READY) {
      log.info("coordinator={} is {}", address, answer);
    }
    listeners.forEach(Runnable::run);
    return answer == Answer.READY && before != null;
  }
}

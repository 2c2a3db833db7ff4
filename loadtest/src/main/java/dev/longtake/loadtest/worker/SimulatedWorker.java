package dev.longtake.loadtest.worker;

import dev.longtake.backoff.Backoff;
import dev.longtake.digest.Digest;
import dev.longtake.error.ErrorKind;
import dev.longtake.error.LongtakeException;
import dev.longtake.lease.LeaseToken;
import dev.longtake.lease.LeaseToken.Kind;
import dev.longtake.lease.Order;
import dev.longtake.lease.OrderStatement;
import dev.longtake.lease.Report;
import dev.longtake.lease.Work;
import dev.longtake.lease.WorkerStatement;
import dev.longtake.loadtest.history.LeaseHistory.Stage;
import dev.longtake.loadtest.scenario.ComputeTimes;
import dev.longtake.loadtest.scenario.SimulatedModel;
import dev.longtake.wire.v1.WorkerServiceGrpc;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A worker on the real protocol whose computing is a timer: it takes its orders one after the
 * other, reports each step, uploads what a chunk or a segment comes to, and restates what it holds
 * as a real one does (changes within 20 ms together, else as a heartbeat).
 *
 * <p>It leaves out what goes through LatentService: slabs of neighbours and checkpoints.
 */
public final class SimulatedWorker implements Session.Listener {

  private static final long COALESCE_NANOS = Duration.ofMillis(20).toNanos();
  private static final Backoff RECONNECT =
      new Backoff(Duration.ofMillis(50), Duration.ofSeconds(5));
  private static final Duration UPLOAD_AGAIN = Duration.ofMillis(200);
  private static final Duration RESTART = Duration.ofMillis(100);

  private final Simulation simulation;
  private final int index;
  private final SplittableRandom random;

  // All below: under the lock.
  private final Map<LeaseToken, Hold> held = new LinkedHashMap<>();
  private @Nullable Session session;
  private int boot = 1;
  private long connection;
  private int failedAttempts;
  private boolean isAnswered;
  private long brokenSince;
  private boolean isComputing;
  private boolean isBusy;
  private boolean isDraining;
  private boolean isClosed;
  private boolean isSayPlanned;
  private long idleSince;
  private long lastSaid;
  private long heartbeatNanos = Duration.ofSeconds(1).toNanos();

  /**
   * A worker that is not connected yet.
   *
   * @param index of this worker, from 0
   */
  SimulatedWorker(Simulation simulation, int index, long seed) {
    this.simulation = simulation;
    this.index = index;
    this.random = new SplittableRandom(seed);
  }

  private String workerId() {
    return "sim-%05d".formatted(index);
  }

  private String holder() {
    return workerId() + "/" + boot;
  }

  /** Connects, and does what it is ordered from then on. */
  synchronized void start() {
    idleSince = System.nanoTime();
    connect();
    beat();
  }

  private synchronized void connect() {
    if (isClosed) {
      return;
    }
    connection++;
    isAnswered = false;
    var next = new Session(this);
    session = next;
    WorkerServiceGrpc.newStub(simulation.lines().of(index)).synchronize(next);
    say();
  }

  /** Repeats the statement when nothing was said for the heartbeat. */
  private synchronized void beat() {
    if (isClosed) {
      return;
    }
    if (System.nanoTime() - lastSaid >= heartbeatNanos) {
      say();
    }
    long left = lastSaid + heartbeatNanos - System.nanoTime();
    simulation.timers().afterNanos(Math.max(left, COALESCE_NANOS), this::beat);
  }

  /** Has the changes said, together with others of the same moment. */
  private void changed() {
    if (!isSayPlanned) {
      isSayPlanned = true;
      long wait = lastSaid + COALESCE_NANOS - System.nanoTime();
      simulation.timers().afterNanos(Math.max(0, wait), this::say);
    }
  }

  private synchronized void say() {
    isSayPlanned = false;
    Session current = session;
    if (current == null || isClosed) {
      return;
    }
    List<Report> reports = new ArrayList<>();
    held.forEach((lease, hold) -> reports.add(new Report(lease, hold.progress)));
    if (!current.say(statement(reports))) {
      return; // It is said as soon as there is room, or with the next heartbeat.
    }
    lastSaid = System.nanoTime();
    held.forEach(this::told);
    becomeIdle();
    if (isDraining && held.isEmpty()) {
      restart(current);
    }
  }

  private WorkerStatement statement(List<Report> reports) {
    return new WorkerStatement(
        workerId(),
        "boot-" + boot,
        SimulatedModel.ENGINE_CLASS,
        SimulatedModel.CARD,
        reports,
        isDraining,
        connection);
  }

  private void told(LeaseToken lease, Hold hold) {
    if (!hold.isTold) {
      hold.isTold = true;
      simulation.history().reached(lease, holder(), Stage.ACKNOWLEDGED);
    }
    if (hold.progress instanceof Report.Done) {
      simulation.history().reached(lease, holder(), Stage.REPORTED);
    }
  }

  /** It is idle from when it has said that all is done, or was told to hold nothing. */
  private void becomeIdle() {
    if (isBusy && held.values().stream().allMatch(Hold::isDone)) {
      busy(false);
      idleSince = System.nanoTime();
    }
  }

  private void busy(boolean now) {
    if (isBusy != now) {
      isBusy = now;
      simulation.incidents().busy(now ? 1 : -1);
    }
  }

  /** It has left in order, and comes back as a new process. */
  private void restart(Session current) {
    current.leave();
    session = null;
    isDraining = false;
    boot++;
    simulation.timers().after(RESTART, this::connect);
  }

  /** Wants nothing new; leaves when it holds nothing, and comes back as a new process. */
  synchronized void drain() {
    isDraining = true;
    changed();
  }

  /** Leaves at once. */
  synchronized void leave() {
    isClosed = true;
    Session current = session;
    if (current != null) {
      current.leave();
    }
    busy(false);
  }

  /** How many orders it holds. */
  synchronized int heldCount() {
    return held.size();
  }

  /** Whether the coordinator has told it its orders over the connection that it has now. */
  synchronized boolean isAnswered() {
    return isAnswered;
  }

  /** How many processes of it there have been. */
  synchronized int boots() {
    return boot;
  }

  /** The wait for a chunk that has not ended: it counts as long as it has lasted. */
  synchronized void endWait(long nanoTime) {
    if (!isBusy && !isClosed) {
      simulation
          .backlog()
          .idleNanos(idleSince, nanoTime)
          .ifPresent(simulation.latencies().idleToLease()::add);
    }
  }

  @Override
  public synchronized void ordered(Session from, OrderStatement statement) {
    if (from != session || isClosed) {
      return;
    }
    long now = System.nanoTime();
    if (!isAnswered && brokenSince > 0) {
      simulation.latencies().reconnect().add(now - brokenSince);
      brokenSince = 0;
    }
    isAnswered = true;
    failedAttempts = 0;
    heartbeatNanos = statement.heartbeatInterval().toNanos();
    if (statement.superseded()) {
      simulation.incidents().sentAway(holder() + " was superseded");
      isClosed = true;
      return;
    }
    Capacity.fault(statement.orders())
        .ifPresent(fault -> simulation.incidents().overCapacity(holder() + ": " + fault));
    drop(statement.orders());
    take(statement.orders(), now);
    startNext();
  }

  private void drop(List<Order> orders) {
    Set<LeaseToken> ordered = orders.stream().map(Order::lease).collect(Collectors.toSet());
    for (Iterator<Hold> holds = held.values().iterator(); holds.hasNext(); ) {
      Hold hold = holds.next();
      if (!ordered.contains(hold.order.lease())) {
        holds.remove();
        if (hold.progress instanceof Report.Done) {
          simulation.history().reached(hold.order.lease(), holder(), Stage.TAKEN);
        }
        changed();
      }
    }
    becomeIdle();
  }

  private void take(List<Order> orders, long now) {
    boolean hadNothing = !isBusy;
    int first = 0;
    boolean isAnyNew = false;
    for (Order order : orders) {
      if (!held.containsKey(order.lease())) {
        isAnyNew = true;
        held.put(order.lease(), new Hold(order));
        boolean isFirst = simulation.history().received(order.lease(), holder());
        first += isFirst && order.lease().kind() == Kind.CHUNK ? 1 : 0;
      }
    }
    if (hadNothing && first > 0) {
      simulation
          .backlog()
          .idleNanos(idleSince, now)
          .ifPresent(simulation.latencies().idleToLease()::add);
    }
    if (isAnyNew) {
      simulation.backlog().add(-first, now);
      busy(true);
      changed();
    }
  }

  private void startNext() {
    if (isComputing) {
      return;
    }
    Optional<Hold> next = held.values().stream().filter(hold -> !hold.isBegun).findFirst();
    if (next.isPresent()) {
      isComputing = true;
      next.get().isBegun = true;
      compute(next.get());
    }
  }

  private void compute(Hold hold) {
    ComputeTimes times = simulation.times().get();
    Duration average =
        switch (hold.order.work()) {
          case Work.DenoiseChunk chunk -> times.chunk();
          case Work.DecodeSegment segment -> times.segment();
        };
    step(hold, times.drawn(average, random));
  }

  private static int steps(Hold hold) {
    return switch (hold.order.work()) {
      case Work.DenoiseChunk chunk ->
          chunk.shot().sampling().stepCount() - chunk.checkpoints().resumeStep();
      case Work.DecodeSegment segment -> 1;
    };
  }

  private void step(Hold hold, Duration whole) {
    simulation.timers().afterNanos(whole.toNanos() / steps(hold), () -> stepDone(hold, whole));
  }

  private synchronized void stepDone(Hold hold, Duration whole) {
    boolean isHeld = held.get(hold.order.lease()) == hold && !isClosed;
    hold.stepsDone++;
    if (isHeld && hold.stepsDone < steps(hold)) {
      hold.progress = new Report.Running(hold.stepsDone, false);
      changed();
      step(hold, whole);
      return;
    }
    isComputing = false;
    if (isHeld) {
      upload(hold, whole);
    }
    startNext();
  }

  private void upload(Hold hold, Duration whole) {
    byte[] content = SimulatedModel.render(hold.order.work());
    Digest digest = Digest.of(content);
    upload(hold, content, new Report.Done(digest, content.length, whole), System.nanoTime());
  }

  private void upload(Hold hold, byte[] content, Report.Done done, long since) {
    Upload.start(
        simulation.lines().of(index),
        done.artifact(),
        content,
        () -> {
          simulation.latencies().putArtifact().add(System.nanoTime() - since);
          ended(hold, done);
        },
        failure -> {
          if (failure.code().kind() == ErrorKind.BUSY) {
            simulation.incidents().uploadRepeated();
            simulation.timers().after(UPLOAD_AGAIN, () -> again(hold, content, done, since));
          } else {
            failed(hold, failure);
          }
        });
  }

  private synchronized void again(Hold hold, byte[] content, Report.Done done, long since) {
    if (!isClosed && held.get(hold.order.lease()) == hold) {
      upload(hold, content, done, since);
    }
  }

  private void failed(Hold hold, LongtakeException failure) {
    ended(hold, new Report.Failed(failure.code(), failure.getMessage()));
  }

  private synchronized void ended(Hold hold, Report.Progress progress) {
    if (!isClosed && held.get(hold.order.lease()) == hold) {
      hold.progress = progress;
      changed();
    }
  }

  @Override
  public synchronized void broken(Session which, String why) {
    if (which != session || isClosed) {
      return;
    }
    session = null;
    simulation.incidents().streamBroke();
    if (brokenSince == 0) {
      brokenSince = System.nanoTime();
    }
    Duration pause = RECONNECT.pause(failedAttempts, random.nextDouble());
    failedAttempts++;
    simulation.timers().after(pause, this::connect);
  }

  @Override
  public synchronized void ready() {
    changed();
  }
}

package dev.longtake.loadtest.faults;

import java.util.Locale;

/** What can be broken. */
public enum Fault {
  /** {@code kill -9} of a worker, which is started again later. */
  WORKER_KILLED(false, 1),
  /** {@code kill -9} of the coordinator that deals out the work. */
  LEADER_KILLED(true, 1),
  /** SIGSTOP of a worker for longer than its lease, then SIGCONT: it goes on writing. */
  WORKER_FROZEN(false, 1),
  /** {@code kill -9} of two coordinators, the leader among them: the third gives up too. */
  TWO_COORDINATORS_KILLED(true, 2),
  /** A worker's connections are cut and refused for a while. */
  LINK_CUT(false, 1),
  /** Nothing that a worker says arrives for longer than its lease, while it hears everything. */
  LINK_ONE_WAY(false, 1),
  /** All that a worker says and hears comes late. */
  LINK_SLOW(false, 1),
  /** A bit of what a worker sends is flipped on its way, in a slab most likely. */
  LINK_BIT_FLIPPED(false, 1),
  /** All coordinators are killed: the latent store, which is in their memory, is empty. */
  LATENT_STORE_WIPED(true, 2),
  /** A bit of each archived checkpoint is flipped, and then the latent store is wiped. */
  CHECKPOINT_BIT_FLIPPED(true, Fault.SHOT),
  /** A bit of the newest artifact is flipped where it is kept. */
  ARTIFACT_BIT_FLIPPED(false, Fault.SHOT),
  /** SIGSTOP of the coordinator that deals out the work, for longer than the others wait. */
  LEADER_FROZEN(true, 1),
  /** The journal's database is killed and started again. */
  POSTGRES_RESTARTED(true, 2),
  /** Not a byte is free where artifacts are kept. */
  STORAGE_FULL(false, 1),
  /** Another coordinator is started on the folder of one that runs. */
  SECOND_COORDINATOR(false, 0),
  /** A worker joins whose clock is an hour ahead. */
  CLOCK_AHEAD(false, 1),
  /** A worker joins that reports work it does not have, and files that are nowhere. */
  GARBAGE_REPORTED(false, 1),
  /** Bytes that are no calls are sent to each coordinator's port. */
  GARBAGE_SENT(false, 0);

  /** So many intervals stand for the whole shot: nothing is left to go on from. */
  static final int SHOT = 1000;

  private final boolean endsCoordinators;
  private final int intervals;

  Fault(boolean endsCoordinators, int intervals) {
    this.endsCoordinators = endsCoordinators;
    this.intervals = intervals;
  }

  /** As documents and lines of a history call it. */
  public String word() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /** Whether a coordinator may end of it, with what it has counted. */
  boolean endsCoordinators() {
    return endsCoordinators;
  }

  /** Checkpoint intervals that it may cost each chunk. */
  int intervals() {
    return intervals;
  }
}

package dev.longtake.loadtest.worker;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/** All simulated workers of a run. */
public final class WorkerFleet implements AutoCloseable {

  private final List<SimulatedWorker> workers = new ArrayList<>();

  /** Workers that connect at once. */
  public WorkerFleet(Simulation simulation, int count, long seed) {
    var seeds = new SplittableRandom(seed);
    for (int i = 0; i < count; i++) {
      workers.add(new SimulatedWorker(simulation, i, seeds.nextLong()));
    }
    workers.forEach(SimulatedWorker::start);
  }

  /** How many there are. */
  public int size() {
    return workers.size();
  }

  /** Those that the coordinator has told their orders over their present connection. */
  public int answeredCount() {
    return (int) workers.stream().filter(SimulatedWorker::isAnswered).count();
  }

  /** Orders that are held. */
  public int heldCount() {
    return workers.stream().mapToInt(SimulatedWorker::heldCount).sum();
  }

  /** Processes that were started in place of drained ones. */
  public int restarts() {
    return workers.stream().mapToInt(worker -> worker.boots() - 1).sum();
  }

  /** Has a worker leave when it is done, and come back as a new process. */
  public void drain(int index) {
    workers.get(index).drain();
  }

  /** Counts the waits of idle workers that have not ended. */
  public void endWaits(long nanoTime) {
    workers.forEach(worker -> worker.endWait(nanoTime));
  }

  @Override
  public void close() {
    workers.forEach(SimulatedWorker::leave);
  }
}

package dev.longtake.loadtest.scaling;

/**
 * How long a farm takes for a film. Pure.
 *
 * <h2>The model</h2>
 *
 * <p>A film is rendered in rounds of shots. In each round every step of a shot is computed by all
 * its workers, and then its neighbours exchange slabs: nobody begins the next step of a chunk
 * before its neighbours have ended this one. With {@link Placement} p and {@link Costs} c a step
 * takes the longest of
 *
 * <ul>
 *   <li>a worker: {@code p.load * c.stepSeconds}, and then what is left of an exchange once the
 *       other chunks of that worker were computed: {@code max(0, exchange - (p.load - 1) *
 *       c.stepSeconds)}, since it computes another chunk while the slabs of one are on their way;
 *   <li>processors that all workers share: {@code p.chunksAtOnce * c.stepSeconds / processors};
 *   <li>the coordinators, through which every slab goes: two slabs a boundary, in and out again, as
 *       fast as their processors and their network let them.
 * </ul>
 *
 * <p>An exchange is {@code c.slabSeconds} and two slabs each way on the worker's network, where it
 * has a neighbour on both sides. Nothing is exchanged over the network between chunks of one
 * worker.
 *
 * <h2>What it leaves out</h2>
 *
 * <p>That workers are unequal, or lost; that steps of different lengths meet by chance; segments,
 * which are decoded while other shots are denoised; memory.
 */
public final class ScalingModel {

  private static final int SLABS = 2;

  private final Costs costs;
  private final Hardware hardware;

  /** A farm. */
  public ScalingModel(Costs costs, Hardware hardware) {
    this.costs = costs;
    this.hardware = hardware;
  }

  /** Seconds from submission to film. */
  public double seconds(FilmShape film, int workers) {
    Placement placement = Placement.of(film, workers);
    return costs.onceSeconds() + placement.rounds() * film.steps() * stepSeconds(placement);
  }

  /** How many times as fast as one worker. */
  public double speedUp(FilmShape film, int workers) {
    return seconds(film, 1) / seconds(film, workers);
  }

  /** Seconds of one step of all shots that are rendered at once. */
  public double stepSeconds(Placement placement) {
    double worker = placement.load() * costs.stepSeconds() + exposed(placement);
    double shared = placement.chunksAtOnce() * costs.stepSeconds() / hardware.processors();
    return Math.max(Math.max(worker, shared), coordinatorSeconds(placement));
  }

  /** What of an exchange is not hidden behind computing. */
  private double exposed(Placement placement) {
    if (placement.boundaries() == 0) {
      return 0;
    }
    int sides = placement.takers() > SLABS ? SLABS : 1;
    double exchange = costs.slabSeconds() + sides * costs.slabBytes() / hardware.link();
    return Math.max(0, exchange - (placement.load() - 1) * costs.stepSeconds());
  }

  /** How long the coordinators are busy with the slabs of one step. */
  public double coordinatorSeconds(Placement placement) {
    double bytes = SLABS * placement.boundaries() * costs.slabBytes() / hardware.coordinators();
    return bytes / Math.min(hardware.coordinatorBytes(), hardware.link());
  }
}

package dev.longtake.loadtest.scaling;

import static dev.longtake.error.Require.require;

/**
 * What rendering takes.
 *
 * @param stepSeconds one step of one chunk, on a worker with nothing else to do
 * @param slabSeconds from the start of publishing a slab until the neighbour goes on, the time of
 *     its bytes on the network aside
 * @param slabBytes bytes of a slab
 * @param onceSeconds of a film, whatever the number of workers: planning, what comes before the
 *     first step, and the film's last part
 */
public record Costs(double stepSeconds, double slabSeconds, double slabBytes, double onceSeconds) {

  public Costs {
    require(stepSeconds > 0, "stepSeconds is not positive: %s", stepSeconds);
    require(slabSeconds >= 0, "slabSeconds is negative: %s", slabSeconds);
    require(slabBytes >= 0, "slabBytes is negative: %s", slabBytes);
    require(onceSeconds >= 0, "onceSeconds is negative: %s", onceSeconds);
  }
}

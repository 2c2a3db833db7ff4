package dev.longtake.loadtest.scaling;

import static dev.longtake.error.Require.require;

/**
 * What renders a film and what carries its slabs.
 *
 * @param processors that workers share; {@link Double#POSITIVE_INFINITY} where each has a device of
 *     its own
 * @param link bytes a second of a worker's and of a coordinator's network, each way
 * @param coordinators that slabs are spread over
 * @param coordinatorBytes bytes of slabs that one coordinator takes in and gives out again a second
 */
public record Hardware(double processors, double link, int coordinators, double coordinatorBytes) {

  private static final double BITS_PER_BYTE = 8;
  private static final double GIGA = 1e9;

  public Hardware {
    require(processors > 0, "processors is not positive: %s", processors);
    require(link > 0, "link is not positive: %s", link);
    require(coordinators > 0, "coordinators is not positive: %d", coordinators);
    require(coordinatorBytes > 0, "coordinatorBytes is not positive: %s", coordinatorBytes);
  }

  /** A device for each worker, and a network of so many gigabits a second. */
  public static Hardware devices(double gigabits, int coordinators, double coordinatorBytes) {
    return new Hardware(
        Double.POSITIVE_INFINITY, gigabits * GIGA / BITS_PER_BYTE, coordinators, coordinatorBytes);
  }
}

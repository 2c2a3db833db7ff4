package dev.longtake.loadtest.scaling;

import static dev.longtake.error.Require.require;

/**
 * Who renders what of a film that an idle farm gets: as dispatch deals it out. Idle workers are
 * shared among the shots that wait, and each worker gets a run of neighbouring chunks of one shot.
 *
 * @param takers workers of one shot
 * @param rounds how many shots each group of workers renders one after the other
 * @param load chunks of one shot that the busiest worker holds
 * @param boundaries between neighbours on different workers, of all shots rendered at once
 * @param chunksAtOnce chunks of all shots rendered at once
 */
public record Placement(int takers, int rounds, int load, long boundaries, long chunksAtOnce) {

  /** How this many workers share a film. */
  public static Placement of(FilmShape film, int workers) {
    require(workers > 0, "workers is not positive: %d", workers);
    int takers = Math.clamp(workers / film.shots(), 1, film.chunksPerShot());
    int atOnce = Math.min(film.shots(), workers / takers);
    return new Placement(
        takers,
        Math.ceilDiv(film.shots(), atOnce),
        Math.ceilDiv(film.chunksPerShot(), takers),
        (long) atOnce * (takers - 1),
        (long) atOnce * film.chunksPerShot());
  }
}

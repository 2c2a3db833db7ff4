package dev.longtake.loadtest.scaling;

import static dev.longtake.error.Require.require;

/**
 * A film as far as its speed depends on it.
 *
 * @param shots that can be rendered beside one another
 * @param chunksPerShot which exchange slabs with their neighbours after each step
 * @param steps of each chunk
 */
public record FilmShape(int shots, int chunksPerShot, int steps) {

  public FilmShape {
    require(shots > 0, "shots is not positive: %d", shots);
    require(chunksPerShot > 0, "chunksPerShot is not positive: %d", chunksPerShot);
    require(steps > 0, "steps is not positive: %d", steps);
  }
}

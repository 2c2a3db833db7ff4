package dev.longtake.loadtest.scaling;

import static dev.longtake.error.Require.require;

import java.util.List;

/**
 * The costs that explain measured times best, for workers of one machine that share its processors.
 * There the time is linear in what is looked for,
 *
 * <pre>{@code seconds = once + steps * step * max(load, chunks / processors) + steps * slab *
 * boundaries}</pre>
 *
 * <p>(an exchange takes processor time there, which nothing hides, for each boundary), so that the
 * least sum of squared relative errors follows from three equations. A cost that would come out
 * negative is zero, and the others are found without it. Pure.
 *
 * @param once seconds, whatever the number of workers
 * @param step seconds of one step of one chunk
 * @param slab seconds of one exchange at one boundary
 * @param film what was rendered
 * @param processors that the workers share
 */
public record Fit(double once, double step, double slab, FilmShape film, int processors) {

  private static final int UNKNOWNS = 3;

  /** A measured time. */
  public record Point(int workers, double seconds) {
    public Point {
      require(workers > 0, "workers is not positive: %d", workers);
      require(seconds > 0, "seconds is not positive: %s", seconds);
    }
  }

  /** Finds the costs; there have to be three points or more, of different numbers of workers. */
  public static Fit of(List<Point> points, FilmShape film, int processors) {
    require(points.size() >= UNKNOWNS, "points: expected 3 or more, found %s", points);
    boolean[] isUsed = {true, true, true};
    while (true) {
      double[] found = solve(points, film, processors, isUsed);
      int least = 0;
      for (int i = 1; i < UNKNOWNS; i++) {
        least = found[i] < found[least] ? i : least;
      }
      if (found[least] >= 0) {
        return new Fit(found[0], found[1], found[2], film, processors);
      }
      isUsed[least] = false;
    }
  }

  private static double[] factors(FilmShape film, int processors, int workers) {
    Placement placement = Placement.of(film, workers);
    double passes = (double) placement.rounds() * film.steps();
    double chunks = Math.max(placement.load(), (double) placement.chunksAtOnce() / processors);
    return new double[] {1, passes * chunks, passes * placement.boundaries()};
  }

  /** Least squares by the normal equations; each point counts by its relative error. */
  private static double[] solve(
      List<Point> points, FilmShape film, int processors, boolean[] isUsed) {
    double[][] matrix = new double[UNKNOWNS][UNKNOWNS + 1];
    for (Point point : points) {
      double[] factors = factors(film, processors, point.workers());
      double weight = 1 / (point.seconds() * point.seconds());
      for (int i = 0; i < UNKNOWNS; i++) {
        for (int j = 0; j < UNKNOWNS; j++) {
          matrix[i][j] += weight * factors[i] * factors[j];
        }
        matrix[i][UNKNOWNS] += weight * factors[i] * point.seconds();
      }
    }
    for (int i = 0; i < UNKNOWNS; i++) {
      if (!isUsed[i]) {
        for (int j = 0; j < UNKNOWNS; j++) {
          matrix[i][j] = 0;
          matrix[j][i] = 0;
        }
        matrix[i][i] = 1;
        matrix[i][UNKNOWNS] = 0;
      }
    }
    return eliminated(matrix);
  }

  /** Gauss and Jordan's elimination, with the largest of a column first. */
  private static double[] eliminated(double[][] matrix) {
    for (int column = 0; column < UNKNOWNS; column++) {
      int pivot = column;
      for (int row = column + 1; row < UNKNOWNS; row++) {
        pivot = Math.abs(matrix[row][column]) > Math.abs(matrix[pivot][column]) ? row : pivot;
      }
      double[] swapped = matrix[column];
      matrix[column] = matrix[pivot];
      matrix[pivot] = swapped;
      require(
          matrix[column][column] != 0, "points: expected different numbers of workers, found one");
      for (int row = 0; row < UNKNOWNS; row++) {
        double factor = row == column ? 0 : matrix[row][column] / matrix[column][column];
        for (int i = column; i <= UNKNOWNS; i++) {
          matrix[row][i] -= factor * matrix[column][i];
        }
      }
    }
    double[] found = new double[UNKNOWNS];
    for (int i = 0; i < UNKNOWNS; i++) {
      found[i] = matrix[i][UNKNOWNS] / matrix[i][i];
    }
    return found;
  }

  /** Seconds that this many workers take. */
  public double seconds(int workers) {
    double[] factors = factors(film, processors, workers);
    return once * factors[0] + step * factors[1] + slab * factors[2];
  }

  /** By what part of what was measured the fit is off. */
  public double error(Point measured) {
    return (seconds(measured.workers()) - measured.seconds()) / measured.seconds();
  }
}

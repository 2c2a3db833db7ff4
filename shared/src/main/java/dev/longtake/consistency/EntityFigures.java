package dev.longtake.consistency;

import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * How one entity looks wherever the story shows it. What is not there counts for {@code fidelity}
 * only: it has no looks to compare.
 *
 * @param shots ids of the shots that the story schedules it for
 * @param appearances frames in which it was looked for
 * @param byShot how many of them show it, by shot; empty if its pictures are not at hand
 * @param decay mean cosine of pairs by how many shots lie between
 * @param decaySlope how much that changes a shot further; empty without two distances
 */
public record EntityFigures(
    Entity entity,
    List<String> shots,
    int appearances,
    List<ShotShare> byShot,
    Looks looks,
    List<Decay> decay,
    OptionalDouble decaySlope) {

  /**
   * How alike its looks are.
   *
   * @param consistency mean cosine of what shows it to their centroid, 0 to 1; empty with fewer
   *     than two
   * @param contrast the same of all other entities to that centroid: what a stranger would get
   * @param worst the shot that is furthest from the centroid
   * @param reference mean cosine to the closest reference picture
   * @param copyPaste mean share of the reference's pixels that frames repeat, 0 to 1
   */
  public record Looks(
      OptionalDouble consistency,
      OptionalDouble contrast,
      Optional<ShotCosine> worst,
      OptionalDouble reference,
      OptionalDouble copyPaste) {}

  /**
   * How many of a shot's frames show it.
   *
   * @param looked frames in which it was looked for, at least one
   */
  public record ShotShare(String shot, int faithful, int looked) {

    /** The share of the frames looked at, 0 to 1. */
    public double share() {
      return (double) faithful / looked;
    }
  }

  /** A shot's mean cosine to the centroid. */
  public record ShotCosine(String shot, double cosine) {}

  /**
   * Pairs of one distance.
   *
   * @param distance of the two shots; 0 is within one
   */
  public record Decay(int distance, double cosine, int pairs) {}

  public EntityFigures {
    shots = List.copyOf(shots);
    byShot = List.copyOf(byShot);
    decay = List.copyOf(decay);
  }

  /** The share of all its appearances that show it; empty if its pictures are not at hand. */
  public OptionalDouble fidelity() {
    return share(byShot);
  }

  /** The share of all these frames, however they are spread over shots; empty without any. */
  static OptionalDouble share(List<ShotShare> shares) {
    double faithful = shares.stream().mapToInt(ShotShare::faithful).sum();
    int looked = shares.stream().mapToInt(ShotShare::looked).sum();
    return looked == 0 ? OptionalDouble.empty() : OptionalDouble.of(faithful / looked);
  }

  /** The share of a shot's frames that show it; empty if its pictures are not at hand. */
  public Optional<Double> share(String shot) {
    return byShot.stream().filter(it -> it.shot().equals(shot)).map(ShotShare::share).findFirst();
  }
}

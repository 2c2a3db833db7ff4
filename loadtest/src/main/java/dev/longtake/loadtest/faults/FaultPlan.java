package dev.longtake.loadtest.faults;

import java.util.List;
import java.util.SplittableRandom;

/** What is broken in the rendering of one story, and when. Pure: follows from the seed. */
final class FaultPlan {

  /**
   * A fault at its time.
   *
   * @param share of the story's chunk-steps that are done then, 0 to 1
   */
  record Planned(Fault fault, double share) {}

  private FaultPlan() {}

  /** Two faults: each seed of a row of seeds begins with another one. */
  static List<Planned> of(long seed) {
    Fault[] all = Fault.values();
    var random = new SplittableRandom(seed);
    Fault first = all[Math.floorMod(seed - 1, all.length)];
    Fault second = all[random.nextInt(all.length)];
    return List.of(
        new Planned(first, random.nextDouble(0.1, 0.4)),
        new Planned(second, random.nextDouble(0.5, 0.8)));
  }
}

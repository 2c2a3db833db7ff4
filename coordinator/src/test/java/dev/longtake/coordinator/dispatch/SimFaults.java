package dev.longtake.coordinator.dispatch;

import java.util.Random;

/** What goes wrong in a simulation, and when; chance decides, up to the time when it ends. */
final class SimFaults {

  private static final long LAST = 60_000;
  private static final int ENGINE_FAILURES_MAX = 2;

  private final SimFarm farm;

  /** Of its own, so that earlier seeds go on to mean what they meant. */
  private final Random drains;

  private final Random slows;
  private final boolean isQuiet;
  private int engineFailures;

  /**
   * Faults of a farm.
   *
   * @param isQuiet whether nothing goes wrong at all
   */
  SimFaults(SimFarm farm, long seed, boolean isQuiet) {
    this.farm = farm;
    this.drains = new Random(~seed);
    this.slows = new Random(seed ^ 0x510);
    this.isQuiet = isQuiet;
  }

  /** Plans what happens to processes. */
  void plan() {
    int count = isQuiet ? 0 : farm.between(1, 8);
    for (int i = 0; i < count; i++) {
      long at = farm.between(100, 30_000);
      switch (farm.between(0, 3)) {
        case 0 -> farm.clock().after(at, farm::killWorker);
        case 1 -> farm.clock().after(at, () -> farm.freezeWorker(farm.between(100, 15_000)));
        case 2 -> farm.clock().after(at, farm::killNode);
        default -> farm.clock().after(at, () -> farm.freezeNode(farm.between(100, 10_000)));
      }
    }
    for (int i = drains.nextInt(4); !isQuiet && i > 0; i--) {
      int which = drains.nextInt(16);
      long millis = 1_000L + drains.nextInt(20_000);
      farm.clock().after(drains.nextInt(40_000), () -> farm.drainWorker(which, millis));
    }
    for (int i = slows.nextInt(4); !isQuiet && i > 0; i--) {
      int which = slows.nextInt(16);
      int times = 2 + slows.nextInt(60);
      long millis = 1_000L + slows.nextInt(40_000);
      farm.clock().after(slows.nextInt(20_000), () -> farm.slowWorker(which, times, millis));
    }
  }

  private boolean mayHappen(int oneIn) {
    return !isQuiet && farm.clock().now() < LAST && farm.chance(oneIn);
  }

  boolean isLost() {
    return mayHappen(100);
  }

  boolean isLate() {
    return mayHappen(50);
  }

  boolean isRepeated() {
    return mayHappen(50);
  }

  boolean isCheckpointBad() {
    return mayHappen(20);
  }

  boolean isEngineFailure() {
    return engineFailures < ENGINE_FAILURES_MAX && mayHappen(200) && ++engineFailures > 0;
  }

  /** Whether a coordinator ends right after it has written. */
  boolean isTorn(SimNode node) {
    if (farm.hasOthers(node) && mayHappen(400)) {
      farm.kill(node);
      return true;
    }
    return false;
  }
}

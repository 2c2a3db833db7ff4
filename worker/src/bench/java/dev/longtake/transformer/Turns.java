package dev.longtake.transformer;

import com.sun.management.OperatingSystemMXBean;
import java.io.PrintStream;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.ToDoubleFunction;

/**
 * Times two ways of doing the same in turns, so that what else the machine does falls on both. The
 * first run of each is not counted.
 */
final class Turns {

  private static final int ROUNDS = Integer.getInteger("bench.rounds", 7);
  private static final OperatingSystemMXBean SYSTEM =
      ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);

  private Turns() {}

  /** One of the ways. */
  record Work(String name, Runnable run) {

    private Timed timed() {
      long wall = System.nanoTime();
      long processor = SYSTEM.getProcessCpuTime();
      run.run();
      return new Timed(
          (System.nanoTime() - wall) / 1e9, (SYSTEM.getProcessCpuTime() - processor) / 1e9);
    }
  }

  /** Seconds of wall clock and of processor time. */
  private record Timed(double wall, double processor) {}

  /** Prints medians of both clocks and the median of the ratios, each with its least and most. */
  static void compare(PrintStream out, String what, Work us, Work them) {
    us.timed();
    them.timed();
    List<Timed> ours = new ArrayList<>();
    List<Timed> theirs = new ArrayList<>();
    for (int round = 0; round < ROUNDS; round++) {
      ours.add(us.timed());
      theirs.add(them.timed());
    }
    out.printf("%s, %d rounds%n", what, ROUNDS);
    line(out, "wall", us, ours, them, theirs, Timed::wall);
    line(out, "processor", us, ours, them, theirs, Timed::processor);
  }

  private static void line(
      PrintStream out,
      String clock,
      Work us,
      List<Timed> ours,
      Work them,
      List<Timed> theirs,
      ToDoubleFunction<Timed> seconds) {
    double[] first = ours.stream().mapToDouble(seconds).toArray();
    double[] second = theirs.stream().mapToDouble(seconds).toArray();
    double[] ratios = new double[ROUNDS];
    Arrays.setAll(ratios, i -> first[i] / second[i]);
    out.printf(
        "  %-9s %s %s, %s %s, ratio %s%n",
        clock, us.name(), spread(first), them.name(), spread(second), spread(ratios));
  }

  private static String spread(double[] values) {
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    return "%.3f (%.3f to %.3f)"
        .formatted(sorted[sorted.length / 2], sorted[0], sorted[sorted.length - 1]);
  }
}

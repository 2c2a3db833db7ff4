package dev.longtake.loadtest.audit;

import dev.longtake.loadtest.history.Course.Look;
import dev.longtake.loadtest.history.Course.Quantity;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Whether a coordinator keeps taking more the longer it runs. The first third of the looks is
 * warming up; of the rest the second half is compared with the first, by medians, so that one look
 * at a bad moment decides nothing. Pure.
 */
public final class Growth {

  /**
   * How much of a quantity may be there later, beside what was there before.
   *
   * @param factor of what was there
   * @param more beside that, in the quantity's unit
   */
  private record Allowance(Quantity quantity, double factor, double more) {}

  private static final double MIB = 1 << 20;
  private static final int LOOKS_MIN = 6;
  private static final String WHAT = "what the coordinator takes and keeps does not grow";

  /** What is to stay as it is, however many stories have ended. */
  private static final List<Allowance> FLAT =
      List.of(
          new Allowance(Quantity.HEAP, 1.1, 8 * MIB),
          new Allowance(Quantity.RESIDENT, 1.15, 32 * MIB),
          new Allowance(Quantity.THREADS, 1.0, 6),
          new Allowance(Quantity.DESCRIPTORS, 1.0, 12),
          new Allowance(Quantity.UNFINISHED, 1.0, 40),
          new Allowance(Quantity.CHECKPOINTS, 1.0, 0),
          new Allowance(Quantity.EVENTS, 1.5, 300),
          new Allowance(Quantity.ARTIFACTS, 1.5, 100),
          new Allowance(Quantity.ARTIFACT_BYTES, 1.5, MIB),
          new Allowance(Quantity.INDEX, 1.5, 20));

  private static final Allowance JOURNAL = new Allowance(Quantity.JOURNAL, 1.3, 4 * MIB);

  /**
   * The embedded journal leaves what it has overwritten for 45 s before it uses the room again
   * (H2's RETENTION_TIME), so that its file says nothing before it was looked at for longer.
   */
  private static final double JOURNAL_SECONDS = 150;

  private Growth() {}

  /** What must hold of these looks; with too few of them it is not known to hold, and so broken. */
  public static List<Invariant> of(List<Look> looks) {
    if (looks.size() < LOOKS_MIN) {
      return List.of(
          Invariant.of(
              WHAT,
              looks.size(),
              List.of("expected %d looks or more, found %d".formatted(LOOKS_MIN, looks.size()))));
    }
    List<Look> warm = looks.subList(looks.size() / 3, looks.size());
    List<Look> before = warm.subList(0, warm.size() / 2);
    List<Look> after = warm.subList(warm.size() / 2, warm.size());
    List<String> grown = new ArrayList<>();
    for (Allowance each : FLAT) {
      judge(each, median(before, each.quantity()), median(after, each.quantity()), grown);
    }
    if (looks.getLast().seconds() - warm.getFirst().seconds() > JOURNAL_SECONDS) {
      judge(JOURNAL, median(before, Quantity.JOURNAL), median(after, Quantity.JOURNAL), grown);
    }
    return List.of(Invariant.of(WHAT, looks.size(), grown));
  }

  private static void judge(
      Allowance allowed, double before, double after, List<String> violations) {
    double most = before * allowed.factor() + allowed.more();
    if (after > most) {
      violations.add(
          String.format(
              Locale.ROOT,
              "%s: expected at most %.0f after %.0f before, found %.0f",
              allowed.quantity().word(),
              most,
              before,
              after));
    }
  }

  private static double median(List<Look> looks, Quantity quantity) {
    double[] values = looks.stream().mapToDouble(look -> look.of(quantity)).sorted().toArray();
    int middle = values.length / 2;
    return values.length % 2 == 1 ? values[middle] : (values[middle - 1] + values[middle]) / 2;
  }
}

package dev.longtake.coordinator.dispatch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.longtake.coordinator.dispatch.ShareSim.Habit;
import dev.longtake.coordinator.dispatch.share.ShareSettings;
import dev.longtake.coordinator.dispatch.share.TenantTerms;
import dev.longtake.coordinator.dispatch.share.Terms;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.TreeMap;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What tenants get of a farm; see {@code ops/docs/shares.md} for the long run. */
class ShareSimTest {

  private static final long SEEDS = Long.getLong("shares.seeds", 1);
  private static final long HOURS = Long.getLong("shares.hours", 2);
  private static final int MINUTE = 60_000;

  private static Terms weight(int weight) {
    return new Terms(weight, OptionalInt.empty(), Optional.empty());
  }

  private static ShareSettings settings(Map<String, Terms> terms) {
    return new ShareSettings(Duration.ofMinutes(15), Duration.ZERO, new TenantTerms(terms));
  }

  private static String tenant(int index) {
    return "t%02d".formatted(index);
  }

  /** Films of any size, and chunks of any cost, from tenant to tenant. */
  private static Map<String, Habit> alwaysWanting(int tenants) {
    Map<String, Habit> habits = new TreeMap<>();
    for (int i = 0; i < tenants; i++) {
      habits.put(
          tenant(i),
          new Habit(i % 2 == 0 ? 60 : 8, 1 + (3 + 2 * i) % 8, (1 + i % 3) * MINUTE / 2, 0));
    }
    return habits;
  }

  private static Map<String, Terms> weights(int tenants) {
    Map<String, Terms> terms = new TreeMap<>();
    for (int i = 0; i < tenants; i++) {
      terms.put(tenant(i), weight(1 + i % 4));
    }
    return terms;
  }

  @ParameterizedTest
  @CsvSource({"2, 16", "10, 64", "50, 256"})
  void tenants_thatAlwaysWantMore_getTheirShares(int tenants, int workers) {
    double worst = 0;
    double mean = 0;
    double inShots = 0;
    long shots = 0;
    for (long seed = 1; seed <= SEEDS; seed++) {
      ShareFigures figures =
          new ShareSim(seed, workers, settings(weights(tenants)), alwaysWanting(tenants), false)
              .run(Duration.ofHours(HOURS).toMillis() + 1);
      assertThat(figures.hours()).as("hours that were compared").isGreaterThan(1);
      worst = Math.max(worst, figures.errorMax());
      mean += figures.errorMean() / SEEDS;
      inShots = Math.max(inShots, figures.errorInShots());
      shots += figures.shots();
    }
    System.out.printf(
        "%2d tenants, %3d workers, %d x %d h, %d shots: share error of an hour at most %.2f %%"
            + " (mean %.2f %%), %.2f longest shots%n",
        tenants, workers, SEEDS, HOURS, shots, 100 * worst, 100 * mean, inShots);
    // A shot is begun as a whole and not taken away: so much a tenant may be ahead or behind when
    // the hour begins, and again when it ends.
    assertThat(inShots).isLessThan(2);
  }

  /** The first has one large film after the other, the others a small one now and then. */
  private static Map<String, Habit> oneLarge(int tenants) {
    Map<String, Habit> habits = new TreeMap<>();
    habits.put(tenant(0), new Habit(60, 8, MINUTE, 0));
    for (int i = 1; i < tenants; i++) {
      habits.put(tenant(i), new Habit(3, 2, MINUTE / 2, 60 * MINUTE));
    }
    return habits;
  }

  @ParameterizedTest
  @CsvSource({"2, 16", "10, 64", "50, 256"})
  void smallFilms_behindLargeOnes_waitForOneShotAtMost(int tenants, int workers) {
    long wait = 0;
    long waitAsOne = 0;
    long shot = 0;
    for (long seed = 1; seed <= SEEDS; seed++) {
      ShareFigures figures = oneLarge(seed, tenants, workers, false);
      ShareFigures asOne = oneLarge(seed, tenants, workers, true);
      for (int i = 1; i < tenants; i++) {
        wait = Math.max(wait, figures.waitMax(tenant(i)));
        waitAsOne = Math.max(waitAsOne, asOne.waitMax(tenant(i)));
      }
      shot = Math.max(shot, figures.shotMax());
    }
    System.out.printf(
        "%2d tenants, %3d workers, %d x %d h: a small film waited %d s at most, and %d s where all"
            + " are one tenant; the longest shot took %d s%n",
        tenants, workers, SEEDS, HOURS, wait / 1000, waitAsOne / 1000, shot / 1000);
    // Every worker becomes free once in that time, and who has had less is the next to get one.
    assertThat(wait).isLessThanOrEqualTo(shot);
  }

  private static ShareFigures oneLarge(long seed, int tenants, int workers, boolean areOne) {
    return new ShareSim(seed, workers, settings(Map.of()), oneLarge(tenants), areOne)
        .run(Duration.ofHours(HOURS).toMillis());
  }

  /** However often dispatch starts again meanwhile. */
  @ParameterizedTest
  @CsvSource({"23, 0", "4, 7"})
  void quotas_ofADay_areNotPassed(int hours, int restartMinutes) {
    Duration aDay = Duration.ofHours(3);
    Map<String, Terms> terms =
        Map.of(
            tenant(0), new Terms(1, OptionalInt.empty(), Optional.of(aDay)),
            tenant(1), new Terms(1, OptionalInt.of(10), Optional.empty()));
    for (long seed = 1; seed <= SEEDS; seed++) {
      var sim = new ShareSim(seed, 16, settings(terms), alwaysWanting(3), false);
      if (restartMinutes > 0) {
        sim.restarting((long) restartMinutes * MINUTE);
      }
      ShareFigures figures = sim.run(Duration.ofHours(hours).toMillis());

      // What was begun goes on: so much more at most, were it all of its workers. And what was used
      // since the last writing before a restart is not counted; all is used within two hours.
      long more = 16 * figures.shotMax() + (restartMinutes > 0 ? 2 * 60 / 7 * 16 * MINUTE : 0);
      assertThat(figures.sum(tenant(0))).isBetween(aDay.toMillis(), aDay.toMillis() + more);
    }
  }
}

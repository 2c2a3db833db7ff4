package dev.longtake.coordinator.dispatch.share;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.longtake.coordinator.story.WorkerKey;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What tenants use, against sums over every second. */
class AccountsTest {

  private static final Duration HALF_LIFE = Duration.ofMinutes(10);
  private static final long SECOND = 1_000;
  private static final long DAY = Duration.ofDays(1).toMillis();
  private static final ShareSettings SETTINGS =
      new ShareSettings(
          HALF_LIFE,
          Duration.ZERO,
          new TenantTerms(
              Map.of("a", new Terms(1, OptionalInt.empty(), Optional.of(Duration.ofMinutes(3))))));

  private static WorkerKey worker(int index) {
    return new WorkerKey("w" + index, "1");
  }

  private static Payer of(String tenant) {
    return new Payer(tenant, "story of " + tenant);
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4})
  void used_afterAnyChanges_isTheFadedSumOfAllSeconds(long seed) {
    var random = new SplittableRandom(seed);
    var accounts = new Accounts(SETTINGS);
    accounts.setTime(Moment.at(0));
    Map<WorkerKey, List<String>> held = new HashMap<>();
    double sum = 0;
    for (int second = 0; second < 2_000; second++) {
      accounts.setTime(Moment.at(second * SECOND));
      WorkerKey worker = worker(random.nextInt(5));
      List<String> leases = held.computeIfAbsent(worker, key -> new ArrayList<>());
      if (random.nextInt(3) > 0 || leases.isEmpty()) {
        String tenant = random.nextBoolean() ? "a" : "b";
        leases.add(tenant);
        accounts.hold(worker, of(tenant), 1);
      } else {
        accounts.hold(worker, of(leases.removeFirst()), -1);
      }
      sum *= Math.pow(0.5, (double) SECOND / HALF_LIFE.toMillis());
      for (List<String> all : held.values()) {
        long own = all.stream().filter("a"::equals).count();
        sum += all.isEmpty() ? 0 : (double) SECOND * own / all.size();
      }
    }
    accounts.setTime(Moment.at(2_000 * SECOND));

    // The sum lets no second fade while it lasts, and a part of a worker is rounded down.
    assertThat(accounts.used("a")).isCloseTo(sum, within(sum * 0.002));
  }

  @Test
  void today_overMidnight_beginsAnew() {
    var accounts = new Accounts(SETTINGS);
    accounts.setTime(Moment.at(DAY - 60 * SECOND));
    accounts.hold(worker(0), of("a"), 1);
    accounts.hold(worker(1), of("a"), 1);

    accounts.setTime(Moment.at(DAY - 1));
    assertThat(accounts.today("a")).isBetween(Duration.ofSeconds(119), Duration.ofSeconds(120));
    accounts.setTime(Moment.at(DAY + 5 * SECOND));
    assertThat(accounts.today("a")).isEqualTo(Duration.ofSeconds(10));
  }

  @Test
  void isStopped_onceADaysTimeIsUsed_isSoUntilMidnight() {
    var accounts = new Accounts(SETTINGS);
    accounts.setTime(Moment.at(DAY));
    accounts.hold(worker(0), of("a"), 1);
    accounts.hold(worker(1), of("b"), 1);

    accounts.setTime(Moment.at(DAY + Duration.ofMinutes(3).toMillis() - 1));
    assertThat(accounts.isStopped("a")).isFalse();
    accounts.setTime(Moment.at(DAY + Duration.ofMinutes(3).toMillis()));
    assertThat(accounts.isStopped("a")).isTrue();
    assertThat(accounts.isStopped("b")).as("that has no such quota").isFalse();
    accounts.setTime(Moment.at(2 * DAY + 1));
    assertThat(accounts.isStopped("a")).isFalse();
  }

  @Test
  void used_ofATenantThatHoldsNothing_halvesWithEachHalfLife() {
    var accounts = new Accounts(SETTINGS);
    accounts.setTime(Moment.at(0));
    accounts.hold(worker(0), of("a"), 1);
    accounts.setTime(Moment.at(60 * SECOND));
    accounts.hold(worker(0), of("a"), -1);
    double used = accounts.used("a");

    accounts.setTime(Moment.at(60 * SECOND + HALF_LIFE.toMillis()));

    assertThat(accounts.used("a")).isCloseTo(used / 2, within(1.0));
  }

  private static long sum(Posting posting, String tenant) {
    return posting.spent().stream()
        .filter(spent -> spent.payer().tenant().equals(tenant))
        .mapToLong(Spent::millis)
        .sum();
  }

  /** All postings together are all that was used, to the millisecond for each story. */
  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4})
  void post_afterAnyChangesAndClocks_missesNothingAndCountsNothingTwice(long seed) {
    var random = new SplittableRandom(seed);
    var accounts = new Accounts(SETTINGS);
    long wall = 10 * DAY;
    long steady = 7;
    accounts.setTime(new Moment(wall, steady));
    int held = 0;
    long used = 0;
    long posted = 0;
    for (int i = 0; i < 500; i++) {
      long passed = random.nextInt(600_000);
      steady += passed;
      wall += passed;
      used += held * passed;
      // Now and then the clock is set, back or forward, by up to a day.
      wall += random.nextInt(20) == 0 ? random.nextLong(-DAY, DAY) : 0;
      accounts.setTime(new Moment(wall, steady));
      if (random.nextBoolean()) {
        accounts.hold(worker(i), of("a"), 1);
        held++;
      }
      if (random.nextInt(3) == 0) {
        posted += sum(accounts.post(), "a");
      }
    }
    posted += sum(accounts.post(), "a");

    // A remainder below a millisecond goes when its hour has passed.
    assertThat(posted).isBetween(used - 500, used);
    assertThat(accounts.post().spent()).isEmpty();
  }

  @Test
  void post_overAnHour_isDividedBetweenBoth() {
    var accounts = new Accounts(SETTINGS);
    long hour = Duration.ofHours(1).toMillis();
    accounts.setTime(Moment.at(5 * hour - 10 * SECOND));
    accounts.hold(worker(0), of("a"), 1);
    accounts.hold(worker(0), of("b"), 1);

    accounts.setTime(Moment.at(5 * hour + 30 * SECOND));

    assertThat(accounts.post().spent())
        .containsExactlyInAnyOrder(
            new Spent(of("a"), 4, 5 * SECOND),
            new Spent(of("a"), 5, 15 * SECOND),
            new Spent(of("b"), 4, 5 * SECOND),
            new Spent(of("b"), 5, 15 * SECOND));
  }

  @Test
  void clock_thatIsSetBack_neitherHidesTimeNorAddsToIt() {
    var accounts = new Accounts(SETTINGS);
    accounts.setTime(new Moment(DAY + 120 * SECOND, 0));
    accounts.hold(worker(0), of("a"), 1);
    accounts.setTime(new Moment(DAY + 180 * SECOND, 60 * SECOND));

    accounts.setTime(new Moment(DAY, 60 * SECOND));
    assertThat(accounts.today("a")).isEqualTo(Duration.ofMinutes(1));
    accounts.setTime(new Moment(DAY + 60 * SECOND, 120 * SECOND));
    assertThat(accounts.today("a")).isEqualTo(Duration.ofMinutes(2));
    assertThat(accounts.isStopped("a")).isFalse();
    accounts.setTime(new Moment(DAY + 120 * SECOND, 180 * SECOND));
    assertThat(accounts.isStopped("a")).isTrue();
  }

  @Test
  void restore_ofWhatWasWritten_goesOnFromIt() {
    var before = new Accounts(SETTINGS);
    before.setTime(Moment.at(DAY));
    before.hold(worker(0), of("a"), 2);
    before.setTime(Moment.at(DAY + 170 * SECOND));
    Posting posting = before.post();

    var after = new Accounts(SETTINGS);
    after.setTime(new Moment(DAY + 175 * SECOND, 3));
    after.restore(
        List.of(
            new Remembered(
                "a", Map.of(1L, sum(posting, "a")), posting.faded().get("a"), posting.at())));

    assertThat(after.today("a")).isEqualTo(Duration.ofSeconds(170));
    before.hold(worker(0), of("a"), -2);
    before.setTime(Moment.at(DAY + 175 * SECOND));
    assertThat(after.used("a")).isCloseTo(before.used("a"), within(5_000.0));
    assertThat(after.isStopped("a")).isFalse();
    after.hold(worker(1), of("a"), 1);
    after.setTime(new Moment(DAY + 185 * SECOND, 10_003));
    assertThat(after.isStopped("a")).isTrue();
    assertThat(sum(after.post(), "a"))
        .as("what was written is not written again")
        .isEqualTo(10_000);
  }

  @Test
  void restore_whileTheClockStandsBeforeWhatWasWritten_makesNoMoreOfIt() {
    var accounts = new Accounts(SETTINGS);
    accounts.setTime(new Moment(DAY, 0));

    accounts.restore(List.of(new Remembered("a", Map.of(1L, 1000L), 800, 5 * DAY)));

    assertThat(accounts.used("a")).isEqualTo(800);
    assertThat(accounts.today("a")).isEqualTo(Duration.ofSeconds(1));
  }

  /** Somebody else has counted it, or may have. */
  @Test
  void restore_afterSomethingWasCounted_forgetsThat() {
    var accounts = new Accounts(SETTINGS);
    accounts.setTime(Moment.at(DAY));
    accounts.hold(worker(0), of("a"), 1);
    accounts.setTime(Moment.at(DAY + 60 * SECOND));

    accounts.restore(List.of());

    assertThat(accounts.today("a")).isZero();
    assertThat(accounts.used("a")).isZero();
    assertThat(accounts.post().spent()).isEmpty();
    accounts.setTime(Moment.at(DAY + 61 * SECOND));
    assertThat(sum(accounts.post(), "a")).as("it holds its worker as before").isEqualTo(SECOND);
  }
}

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

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4})
  void used_afterAnyChanges_isTheFadedSumOfAllSeconds(long seed) {
    var random = new SplittableRandom(seed);
    var accounts = new Accounts(SETTINGS);
    accounts.setTime(0);
    Map<WorkerKey, List<String>> held = new HashMap<>();
    double sum = 0;
    for (int second = 0; second < 2_000; second++) {
      accounts.setTime(second * SECOND);
      WorkerKey worker = worker(random.nextInt(5));
      List<String> leases = held.computeIfAbsent(worker, key -> new ArrayList<>());
      if (random.nextInt(3) > 0 || leases.isEmpty()) {
        String tenant = random.nextBoolean() ? "a" : "b";
        leases.add(tenant);
        accounts.hold(worker, tenant, 1);
      } else {
        accounts.hold(worker, leases.removeFirst(), -1);
      }
      sum *= Math.pow(0.5, (double) SECOND / HALF_LIFE.toMillis());
      for (List<String> all : held.values()) {
        long own = all.stream().filter("a"::equals).count();
        sum += all.isEmpty() ? 0 : (double) SECOND * own / all.size();
      }
    }
    accounts.setTime(2_000 * SECOND);

    // The sum lets no second fade while it lasts, and a part of a worker is rounded down.
    assertThat(accounts.used("a")).isCloseTo(sum, within(sum * 0.002));
  }

  @Test
  void today_overMidnight_beginsAnew() {
    var accounts = new Accounts(SETTINGS);
    accounts.setTime(DAY - 60 * SECOND);
    accounts.hold(worker(0), "a", 1);
    accounts.hold(worker(1), "a", 1);

    accounts.setTime(DAY - 1);
    assertThat(accounts.today("a")).isBetween(Duration.ofSeconds(119), Duration.ofSeconds(120));
    accounts.setTime(DAY + 5 * SECOND);
    assertThat(accounts.today("a")).isEqualTo(Duration.ofSeconds(10));
  }

  @Test
  void isStopped_onceADaysTimeIsUsed_isSoUntilMidnight() {
    var accounts = new Accounts(SETTINGS);
    accounts.setTime(DAY);
    accounts.hold(worker(0), "a", 1);
    accounts.hold(worker(1), "b", 1);

    accounts.setTime(DAY + Duration.ofMinutes(3).toMillis() - 1);
    assertThat(accounts.isStopped("a")).isFalse();
    accounts.setTime(DAY + Duration.ofMinutes(3).toMillis());
    assertThat(accounts.isStopped("a")).isTrue();
    assertThat(accounts.isStopped("b")).as("that has no such quota").isFalse();
    accounts.setTime(2 * DAY + 1);
    assertThat(accounts.isStopped("a")).isFalse();
  }

  @Test
  void used_ofATenantThatHoldsNothing_halvesWithEachHalfLife() {
    var accounts = new Accounts(SETTINGS);
    accounts.setTime(0);
    accounts.hold(worker(0), "a", 1);
    accounts.setTime(60 * SECOND);
    accounts.hold(worker(0), "a", -1);
    double used = accounts.used("a");

    accounts.setTime(60 * SECOND + HALF_LIFE.toMillis());

    assertThat(accounts.used("a")).isCloseTo(used / 2, within(1.0));
  }
}

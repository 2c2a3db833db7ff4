package dev.longtake.coordinator.dispatch.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import dev.longtake.coordinator.dispatch.ledger.UseInMemory.Fault;
import dev.longtake.coordinator.dispatch.share.Accounts;
import dev.longtake.coordinator.dispatch.share.Moment;
import dev.longtake.coordinator.dispatch.share.Payer;
import dev.longtake.coordinator.dispatch.share.ShareSettings;
import dev.longtake.coordinator.dispatch.share.TenantTerms;
import dev.longtake.coordinator.dispatch.share.Terms;
import dev.longtake.coordinator.story.WorkerKey;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is written down of one tenant that has one worker, whatever happens. */
class LedgerTest {

  private static final long DAY = Duration.ofDays(1).toMillis();
  private static final List<Fault> FAULTS = List.of(Fault.values());
  private static final Payer PAYER = new Payer("north", "film-1");

  private final UseInMemory store = new UseInMemory();
  private ShareSettings settings = ShareSettings.EQUAL;

  /** A coordinator that deals out work, as far as it counts. */
  private final class Leader {
    private final Accounts accounts = new Accounts(settings);
    private final Ledger ledger;
    private long now;

    private Leader(long now) {
      this.now = now;
      ledger =
          new Ledger(
              accounts, new Sharing(settings, () -> Moment.at(this.now), store, Runnable::run));
      accounts.hold(new WorkerKey("w", "1"), PAYER, 1);
    }

    private void setTime(long time) {
      now = time;
      ledger.setTime();
    }

    private void keep() {
      ledger.next().ifPresent(answer -> ledger.take(answer.join()));
    }

    private Duration today() {
      return accounts.today(PAYER.tenant());
    }
  }

  @Test
  void leader_thatFollowsAnother_goesOnFromWhatWasWritten() {
    var first = new Leader(DAY);
    first.keep();
    first.setTime(DAY + 60_000);
    first.keep();

    var second = new Leader(DAY + 70_000);
    assertThat(second.ledger.isOpen()).isFalse();
    second.keep();

    assertThat(second.ledger.isOpen()).isTrue();
    assertThat(second.today()).isEqualTo(Duration.ofMinutes(1));
    second.setTime(DAY + 75_000);
    second.keep();
    assertThat(store.sum("north")).isEqualTo(65_000);
  }

  /** Until it hears of the other one it counts the same worker. */
  @Test
  void leader_thatAnotherHasFollowed_writesNothingMoreOfThatTime() {
    var first = new Leader(DAY);
    first.keep();
    var second = new Leader(DAY + 10_000);
    second.keep();
    first.setTime(DAY + 20_000);
    second.setTime(DAY + 20_000);

    first.keep();
    second.keep();

    assertThat(store.sum("north")).isEqualTo(10_000);
    assertThat(first.ledger.isOpen()).isFalse();
    first.keep();
    assertThat(first.ledger.isOpen()).isTrue();
    assertThat(first.today()).isEqualTo(Duration.ofSeconds(10));
  }

  @Test
  void posting_whoseAnswerIsLost_isCountedOnce() {
    var leader = new Leader(DAY);
    leader.keep();
    leader.setTime(DAY + 10_000);
    store.failOnce(Fault.ANSWER_LOST);
    leader.keep();
    leader.setTime(DAY + 15_000);

    leader.keep();
    leader.keep();

    assertThat(store.sum("north")).isEqualTo(15_000);
  }

  @Test
  void store_thatCannotBeOpened_isAskedAgain() {
    var leader = new Leader(DAY);
    store.failOnce(Fault.REFUSED);
    leader.keep();
    assertThat(leader.ledger.isOpen()).isFalse();

    leader.keep();

    assertThat(leader.ledger.isOpen()).isTrue();
  }

  @Test
  void next_whileAnAnswerIsAwaited_asksNothing() {
    var ledger =
        new Ledger(
            new Accounts(settings),
            new Sharing(settings, () -> Moment.at(0), store, waiting -> {}));

    assertThat(ledger.next()).isPresent();
    assertThat(ledger.next()).isEmpty();
  }

  /** So that those whose time of the day is used up, or comes anew, are looked at. */
  @Test
  void hasNews_whenAQuotaIsUsedUpAndAtMidnight_isSoOnceEach() {
    settings =
        new ShareSettings(
            Duration.ofMinutes(15),
            Duration.ZERO,
            new TenantTerms(
                Map.of(
                    "north",
                    new Terms(1, OptionalInt.empty(), Optional.of(Duration.ofSeconds(10))))));
    var leader = new Leader(DAY);
    leader.keep();
    assertThat(leader.ledger.hasNews()).isFalse();

    leader.setTime(DAY + 10_000);
    assertThat(leader.ledger.hasNews()).isTrue();
    assertThat(leader.ledger.hasNews()).isFalse();
    leader.keep();
    var next = new Leader(DAY + 20_000);
    next.keep();
    assertThat(next.ledger.hasNews()).as("after a change of leader too").isTrue();
    next.setTime(2 * DAY);
    assertThat(next.ledger.hasNews()).isTrue();
  }

  /** Leaders that follow one another, or believe that they still are it, on a bad network. */
  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
  void leaders_whateverIsLost_neverCountASecondTwice(long seed) {
    var random = new SplittableRandom(seed);
    long now = DAY;
    var one = new Leader(now);
    var other = new Leader(now);
    for (int i = 0; i < 300; i++) {
      now += 1_000;
      one.setTime(now);
      other.setTime(now);
      store.failOnce(FAULTS.get(random.nextInt(FAULTS.size())));
      (random.nextInt(5) == 0 ? other : one).keep();
      if (random.nextInt(40) == 0) {
        one = new Leader(now);
      }
    }

    assertThat(store.sum("north")).isPositive().isLessThanOrEqualTo(now - DAY);
  }
}

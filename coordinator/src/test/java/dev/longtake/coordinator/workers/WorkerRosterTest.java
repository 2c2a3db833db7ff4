package dev.longtake.coordinator.workers;

import static org.assertj.core.api.Assertions.assertThat;

import dev.longtake.coordinator.dispatch.Seat;
import dev.longtake.coordinator.story.WorkerKey;
import dev.longtake.coordinator.workers.WorkerRoster.Cause;
import dev.longtake.coordinator.workers.WorkerRoster.Change;
import dev.longtake.coordinator.workers.WorkerRoster.Refusal;
import dev.longtake.lease.WorkerStatement;
import dev.longtake.story.status.TenantScope;
import dev.longtake.testing.TestStories;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/**
 * Links are strings here; three seconds of grace, fifteen of silence, four for an answer; at most
 * two workers.
 */
class WorkerRosterTest {

  private static final Instant START = Instant.EPOCH;

  private final WorkerRoster<String> roster =
      new WorkerRoster<>(
          new WorkerRoster.Patience(
              Duration.ofSeconds(3), Duration.ofSeconds(15), Duration.ofSeconds(4)),
          2);

  private List<Change<String>> hear(String link, String worker, String boot, int second) {
    return roster.hear(
        link,
        TenantScope.ALL,
        new WorkerStatement(
            worker, boot, TestStories.ENGINE_CLASS, TestStories.MODEL, List.of(), false, 1),
        at(second));
  }

  private static Instant at(int second) {
    return START.plusSeconds(second);
  }

  private static Change<String> came(String link, String worker, String boot) {
    return new Change.Present<>(seat(worker, boot), link, true);
  }

  private static Change<String> isBack(String link, String worker, String boot) {
    return new Change.Present<>(seat(worker, boot), link, false);
  }

  private static Seat seat(String worker, String boot) {
    return Seat.ofAll(
        new WorkerKey(worker, boot), TestStories.ENGINE_CLASS, TestStories.MODEL, false, 1);
  }

  private static Change<String> absent(String worker, String boot, Cause cause, int seconds) {
    return new Change.Absent<>(new WorkerKey(worker, boot), cause, Duration.ofSeconds(seconds));
  }

  private static Change<String> sentAway(String link, String worker, String boot) {
    return new Change.SentAway<>(new WorkerKey(worker, boot), link);
  }

  private static Change<String> idTaken(String link, String worker, String boot, String present) {
    return new Change.Refused<>(
        new WorkerKey(worker, boot), link, Refusal.ID_TAKEN, Optional.of(present));
  }

  @Test
  void hear_ofANewWorker_isPresentOnce() {
    assertThat(hear("l1", "a", "1", 0)).containsExactly(came("l1", "a", "1"));
    assertThat(hear("l1", "a", "1", 1)).isEmpty();
  }

  @Test
  void lose_andBackWithinTheGrace_losesNothing() {
    hear("l1", "a", "1", 0);
    roster.lose("l1", at(1));

    assertThat(roster.tick(at(3))).isEmpty();
    assertThat(hear("l2", "a", "1", 3))
        .containsExactly(
            new Change.Useless<>("l1"),
            new Change.HeardAgain<>(new WorkerKey("a", "1"), Duration.ofSeconds(3)),
            isBack("l2", "a", "1"));
    assertThat(roster.tick(at(9))).isEmpty();
  }

  @Test
  void lose_beyondTheGrace_isAbsent() {
    hear("l1", "a", "1", 0);
    roster.lose("l1", at(1));

    assertThat(roster.tick(at(4)))
        .containsExactly(absent("a", "1", Cause.STREAM_BROKE, 4), new Change.Useless<>("l1"));
    assertThat(roster.size()).isZero();
  }

  @Test
  void leave_isAbsentAtOnce() {
    hear("l1", "a", "1", 0);

    assertThat(roster.leave("l1", at(1))).containsExactly(absent("a", "1", Cause.LEFT, 1));
    assertThat(roster.leave("l1", at(1))).isEmpty();
    assertThat(roster.size()).isZero();
  }

  @Test
  void leave_overAnOldLink_changesNothing() {
    hear("l1", "a", "1", 0);
    hear("l2", "a", "1", 1);

    assertThat(roster.leave("l1", at(2))).isEmpty();
    assertThat(roster.size()).isEqualTo(1);
  }

  @Test
  void silence_isToldOnceAndThenIsAbsent() {
    hear("l1", "a", "1", 0);

    assertThat(roster.tick(at(7))).isEmpty();
    assertThat(roster.tick(at(8)))
        .containsExactly(new Change.Silent<>(new WorkerKey("a", "1"), Duration.ofSeconds(8)));
    assertThat(roster.tick(at(14))).isEmpty();
    assertThat(roster.tick(at(15))).contains(absent("a", "1", Cause.SILENT, 15));
  }

  @Test
  void silence_thatEnds_isTold() {
    hear("l1", "a", "1", 0);
    roster.tick(at(8));

    assertThat(hear("l1", "a", "1", 10))
        .containsExactly(new Change.HeardAgain<>(new WorkerKey("a", "1"), Duration.ofSeconds(10)));
    assertThat(hear("l1", "a", "1", 11)).isEmpty();
  }

  /** A crashed process: the system has closed its connection before the next one is up. */
  @Test
  void hear_ofANewBootWhenTheStreamHasBroken_supersedesAtOnceAndForGood() {
    hear("l1", "a", "1", 0);
    roster.lose("l1", at(1));

    assertThat(hear("l2", "a", "2", 1))
        .containsExactly(
            new Change.Superseded<>("l1"),
            absent("a", "1", Cause.REPLACED, 1),
            came("l2", "a", "2"));
    assertThat(hear("l3", "a", "1", 2)).containsExactly(sentAway("l3", "a", "1"));
    assertThat(roster.isCurrent(new WorkerKey("a", "2"), "l2")).isTrue();
  }

  /** A process that is killed by a loss of power: nobody closes its connection. */
  @Test
  void hear_ofANewBootWhenTheOldOneIsSilent_supersedesAfterTwoHeartbeats() {
    hear("l1", "a", "1", 0);

    assertThat(hear("l2", "a", "2", 2)).isEmpty();
    assertThat(hear("l2", "a", "2", 3)).isEmpty();
    assertThat(hear("l2", "a", "2", 4))
        .contains(absent("a", "1", Cause.REPLACED, 4), came("l2", "a", "2"));
  }

  /** It was stopped (SIGSTOP, a paused machine), its place was taken, and it wakes. */
  @Test
  void hear_ofAFrozenBootThatWakes_isSentAway() {
    hear("l1", "a", "1", 0);
    hear("l2", "a", "2", 9);

    assertThat(hear("l1", "a", "1", 60)).containsExactly(sentAway("l1", "a", "1"));
    assertThat(roster.isCurrent(new WorkerKey("a", "2"), "l2")).isTrue();
  }

  @Test
  void hear_ofANewBootWhileTheOldOneAnswers_isRefused() {
    hear("l1", "a", "1", 0);

    assertThat(hear("l2", "a", "2", 1)).isEmpty();
    assertThat(hear("l1", "a", "1", 2)).isEmpty();
    assertThat(hear("l2", "a", "2", 2)).containsExactly(idTaken("l2", "a", "2", "l1"));
    assertThat(roster.isCurrent(new WorkerKey("a", "1"), "l1")).isTrue();
    roster.lose("l2", at(2));
    assertThat(roster.tick(at(5))).isEmpty();
  }

  /** Kept alive by a service manager that does not look at the status. */
  @Test
  void hear_ofTwoThatAreStartedAgainAndAgain_keepsTheFirst() {
    hear("l1", "a", "1", 0);

    for (int second = 1; second < 1000; second++) {
      int boot = 2 + second / 5;
      if (second % 2 == 0) {
        hear("l1", "a", "1", second);
      }
      assertThat(hear("link-" + boot, "a", "boot-" + boot, second))
          .noneMatch(change -> change instanceof Change.Absent);
    }

    assertThat(roster.isCurrent(new WorkerKey("a", "1"), "l1")).isTrue();
  }

  /** Three of one id: the first is at work, both others are refused. */
  @Test
  void hear_ofTwoNewcomersAtOnce_refusesBoth() {
    hear("l1", "a", "1", 0);
    List<Change<String>> seen = new ArrayList<>();
    for (int second = 1; second <= 6; second++) {
      seen.addAll(hear("l1", "a", "1", second));
      seen.addAll(hear("l2", "a", "2", second));
      seen.addAll(hear("l3", "a", "3", second));
    }

    assertThat(seen).contains(idTaken("l2", "a", "2", "l1"), idTaken("l3", "a", "3", "l1"));
    assertThat(seen).noneMatch(change -> change instanceof Change.Absent);
  }

  /** A newcomer that went away has no say in what a later one is told. */
  @Test
  void hear_ofALaterNewcomer_beginsAnew() {
    hear("l1", "a", "1", 0);
    hear("l2", "a", "2", 1);
    hear("l1", "a", "1", 30);

    assertThat(hear("l3", "a", "3", 31)).isEmpty();
    hear("l1", "a", "1", 32);
    assertThat(hear("l3", "a", "3", 33)).containsExactly(idTaken("l3", "a", "3", "l1"));
  }

  @Test
  void lose_ofAnOldLink_changesNothing() {
    hear("l1", "a", "1", 0);
    hear("l2", "a", "1", 1);

    roster.lose("l1", at(2));

    assertThat(roster.tick(at(8))).isEmpty();
  }

  @Test
  void hear_ofOneWorkerTooMany_isRefused() {
    hear("l1", "a", "1", 0);
    hear("l2", "b", "1", 0);

    assertThat(hear("l3", "c", "1", 0))
        .containsExactly(
            new Change.Refused<>(
                new WorkerKey("c", "1"), "l3", Refusal.TOO_MANY, Optional.empty()));
    assertThat(roster.size()).isEqualTo(2);
  }
}

package dev.longtake.coordinator.workers;

import static org.assertj.core.api.Assertions.assertThat;

import dev.longtake.coordinator.dispatch.Seat;
import dev.longtake.coordinator.story.WorkerKey;
import dev.longtake.coordinator.workers.WorkerRoster.Change;
import dev.longtake.lease.WorkerStatement;
import dev.longtake.testing.TestStories;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Links are strings here; three seconds of grace, fifteen of silence, two workers. */
class WorkerRosterTest {

  private static final Instant START = Instant.EPOCH;

  private final WorkerRoster<String> roster =
      new WorkerRoster<>(Duration.ofSeconds(3), Duration.ofSeconds(15), 2);

  private List<Change<String>> hear(String link, String worker, String boot, int second) {
    return roster.hear(
        link,
        new WorkerStatement(
            worker, boot, TestStories.ENGINE_CLASS, TestStories.MODEL, List.of(), false),
        at(second));
  }

  private static Instant at(int second) {
    return START.plusSeconds(second);
  }

  private static Change<String> present(String link, String worker, String boot) {
    return new Change.Present<>(
        new Seat(new WorkerKey(worker, boot), TestStories.ENGINE_CLASS, TestStories.MODEL, false),
        link);
  }

  private static Change<String> absent(String worker, String boot) {
    return new Change.Absent<>(new WorkerKey(worker, boot));
  }

  @Test
  void hear_ofANewWorker_isPresentOnce() {
    assertThat(hear("l1", "a", "1", 0)).containsExactly(present("l1", "a", "1"));
    assertThat(hear("l1", "a", "1", 1)).isEmpty();
  }

  @Test
  void lose_andBackWithinTheGrace_losesNothing() {
    hear("l1", "a", "1", 0);
    roster.lose("l1", at(1));

    assertThat(roster.tick(at(3))).isEmpty();
    assertThat(hear("l2", "a", "1", 3))
        .containsExactly(new Change.Useless<>("l1"), present("l2", "a", "1"));
    assertThat(roster.tick(at(9))).isEmpty();
  }

  @Test
  void lose_beyondTheGrace_isAbsent() {
    hear("l1", "a", "1", 0);
    roster.lose("l1", at(1));

    assertThat(roster.tick(at(4))).containsExactly(absent("a", "1"), new Change.Useless<>("l1"));
    assertThat(roster.size()).isZero();
  }

  @Test
  void silence_beyondTheTimeout_isAbsent() {
    hear("l1", "a", "1", 0);

    assertThat(roster.tick(at(14))).isEmpty();
    assertThat(roster.tick(at(15))).contains(absent("a", "1"));
  }

  @Test
  void hear_ofANewBoot_supersedesTheOldOneForGood() {
    hear("l1", "a", "1", 0);

    assertThat(hear("l2", "a", "2", 1))
        .containsExactly(new Change.Superseded<>("l1"), absent("a", "1"), present("l2", "a", "2"));
    assertThat(hear("l3", "a", "1", 2)).containsExactly(new Change.Superseded<>("l3"));
    assertThat(roster.isCurrent(new WorkerKey("a", "2"), "l2")).isTrue();
  }

  @Test
  void lose_ofAnOldLink_changesNothing() {
    hear("l1", "a", "1", 0);
    hear("l2", "a", "1", 1);

    roster.lose("l1", at(2));

    assertThat(roster.tick(at(10))).isEmpty();
  }

  @Test
  void hear_ofOneWorkerTooMany_isRefused() {
    hear("l1", "a", "1", 0);
    hear("l2", "b", "1", 0);

    assertThat(hear("l3", "c", "1", 0)).containsExactly(new Change.Refused<>("l3"));
    assertThat(roster.size()).isEqualTo(2);
  }
}

package dev.longtake.coordinator.dispatch.moves;

import static org.assertj.core.api.Assertions.assertThat;

import dev.longtake.coordinator.dispatch.Seat;
import dev.longtake.coordinator.dispatch.StoryDemand;
import dev.longtake.coordinator.dispatch.moves.Moves.Move;
import dev.longtake.coordinator.dispatch.moves.Moves.Offer;
import dev.longtake.coordinator.story.MoveRules.Why;
import dev.longtake.coordinator.story.StoryEvent.Grant;
import dev.longtake.coordinator.story.StoryEvent.StoryPlanned;
import dev.longtake.coordinator.story.StoryEvent.StorySubmitted;
import dev.longtake.coordinator.story.StoryEvent.WorkLeased;
import dev.longtake.coordinator.story.StoryEvent.WorkReleased;
import dev.longtake.coordinator.story.StoryProgress;
import dev.longtake.coordinator.story.WorkerKey;
import dev.longtake.lease.LeaseToken.Kind;
import dev.longtake.plan.CheckpointPolicy;
import dev.longtake.testing.TestStories;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class MovesTest {

  private static final int DRAIN_CHECKS = 2;
  private static final int SPREAD_CHECKS = 4;
  private static final String HELD = "held";
  private static final Seat A = seat("a", false);
  private static final Seat B = seat("b", false);

  private final Moves moves = new Moves(DRAIN_CHECKS, SPREAD_CHECKS);

  private static Seat seat(String id, boolean draining) {
    return Seat.ofAll(
        new WorkerKey(id, "1"), TestStories.ENGINE_CLASS, TestStories.MODEL, draining, 1);
  }

  private static StoryProgress planned(String id, int... frameCounts) {
    return StoryProgress.of(
            new StorySubmitted(id, 1, TestStories.story(id, frameCounts), Instant.EPOCH))
        .apply(new StoryPlanned(TestStories.MODEL, TestStories.ENGINE_CLASS, List.of()));
  }

  /** Four chunks, dealt out among these. */
  private static StoryProgress leased(Seat... seats) {
    List<Grant> grants = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      grants.add(new Grant(i, seats[i * seats.length / 4].key()));
    }
    return planned("s", 57).apply(new WorkLeased(0, Kind.CHUNK, grants));
  }

  private List<Move> check(List<Seat> seats, StoryProgress... stories) {
    return moves.check(
        seats,
        Arrays.stream(stories)
            .map(story -> StoryDemand.of(story, story.eventCount(), CheckpointPolicy.OFF))
            .toList(),
        story -> story.storyId().equals(HELD));
  }

  private List<Move> lastOf(int count, List<Seat> seats, StoryProgress... stories) {
    for (int i = 1; i < count; i++) {
      assertThat(check(seats, stories)).isEmpty();
    }
    return check(seats, stories);
  }

  @Test
  void check_withAnIdleWorkerForAWhile_spreadsTheOneWithMost() {
    assertThat(lastOf(SPREAD_CHECKS, List.of(A, B), leased(A)))
        .containsExactly(new Move("s", A.key(), Why.SPREAD));
  }

  @Test
  void check_whereEachHasOne_movesNothing() {
    Seat c = seat("c", false);
    Seat d = seat("d", false);
    Seat idle = seat("e", false);

    assertThat(lastOf(3 * SPREAD_CHECKS, List.of(A, B, c, d, idle), leased(A, B, c, d))).isEmpty();
  }

  @Test
  void check_whereWorkWaits_movesNothing() {
    StoryProgress waits = planned("t", 9);

    assertThat(lastOf(3 * SPREAD_CHECKS, List.of(A, B), leased(A), waits)).isEmpty();
  }

  @Test
  void check_whereAStoryIsNotPlanned_movesNothing() {
    StoryProgress unplanned =
        StoryProgress.of(new StorySubmitted("u", 2, TestStories.story("u", 9), Instant.EPOCH));

    assertThat(lastOf(3 * SPREAD_CHECKS, List.of(A, B), leased(A), unplanned)).isEmpty();
  }

  @Test
  void check_ofADrainingWorker_movesItsChunksSooner() {
    Seat draining = seat("a", true);

    assertThat(lastOf(DRAIN_CHECKS, List.of(draining, B), leased(draining)))
        .containsExactly(new Move("s", draining.key(), Why.DRAINS));
  }

  /** A quota keeps what waits from beginning, and not the worker from going. */
  @Test
  void check_ofADrainingWorkerWhereWhatWaitsIsHeld_movesItsChunks() {
    Seat draining = seat("a", true);

    assertThat(lastOf(DRAIN_CHECKS, List.of(draining, B), leased(draining), planned(HELD, 9)))
        .containsExactly(new Move("s", draining.key(), Why.DRAINS));
  }

  /** What was taken back goes on whatever its tenant has, and is better for whoever is idle. */
  @Test
  void check_whereWhatWasTakenBackOfAHeldStoryWaits_movesNothing() {
    List<Grant> grants =
        IntStream.range(0, 4).mapToObj(index -> new Grant(index, A.key())).toList();
    StoryProgress begun =
        planned(HELD, 57)
            .apply(new WorkLeased(0, Kind.CHUNK, grants))
            .apply(new WorkReleased(0, Kind.CHUNK, List.of(0, 1, 2, 3), Optional.empty()));

    assertThat(lastOf(3 * SPREAD_CHECKS, List.of(A, B), leased(A), begun)).isEmpty();
  }

  @Test
  void check_whereNobodyElseTakesAnything_movesNothing() {
    Seat draining = seat("a", true);

    assertThat(lastOf(3 * SPREAD_CHECKS, List.of(draining, seat("b", true)), leased(draining)))
        .isEmpty();
  }

  /** Wishes that cannot be met: of two, each has its turn, however they are sorted. */
  @Test
  void check_ofOneThatCannotMove_goesOverToTheNext() {
    Move a = new Move("s", A.key(), Why.SPREAD);
    Move b = new Move("s", B.key(), Why.SPREAD);
    List<Seat> seats = List.of(A, B, seat("c", false));

    assertThat(lastOf(SPREAD_CHECKS, seats, leased(A, B))).containsExactly(a);
    assertThat(check(seats, leased(A, B))).containsExactly(b);
    assertThat(check(seats, leased(A, B))).containsExactly(a);
  }

  @Test
  void check_ofADrainingWorkerAndTwoIdleOnes_spreadsWithTheOtherOne() {
    Seat draining = seat("b", true);
    List<Seat> seats = List.of(A, draining, seat("c", false), seat("d", false));
    List<Move> last = List.of();
    for (int i = 0; i < SPREAD_CHECKS; i++) {
      last = check(seats, leased(A, draining));
    }

    assertThat(last)
        .containsExactly(
            new Move("s", draining.key(), Why.DRAINS), new Move("s", A.key(), Why.SPREAD));
  }

  @Test
  void check_ofADrainingWorkerThatCannotMove_keepsNobodyIdleForEver() {
    Seat draining = seat("b", true);
    List<Seat> seats = List.of(A, draining, seat("c", false));
    for (int i = 0; i < DRAIN_CHECKS - 1 + SPREAD_CHECKS; i++) {
      assertThat(check(seats, leased(A, draining)))
          .doesNotContain(new Move("s", A.key(), Why.SPREAD));
    }

    assertThat(check(seats, leased(A, draining)))
        .containsExactly(
            new Move("s", draining.key(), Why.DRAINS), new Move("s", A.key(), Why.SPREAD));
  }

  @Test
  void offers_whereEachHasOne_areForTheStoryThatHoldsThem() {
    Seat c = seat("c", false);
    Seat d = seat("d", false);
    Seat idle = seat("e", false);
    List<Seat> seats = List.of(A, B, c, d, idle);
    for (int i = 1; i < SPREAD_CHECKS; i++) {
      check(seats, leased(A, B, c, d));
      assertThat(moves.offers()).as("it may be idle for a moment").isEmpty();
    }

    check(seats, leased(A, B, c, d));

    assertThat(moves.offers()).containsExactly(new Offer("s", List.of(idle.key())));
    check(seats, leased(A, B, c, d), planned("t", 9));
    assertThat(moves.offers()).as("something waits for it").isEmpty();
  }

  /** One after the other, however many there are. */
  @Test
  void offers_toSeveralStories_haveTheirTurn() {
    Seat idle = seat("e", false);
    StoryProgress one = planned("one", 9).apply(lease(A));
    StoryProgress two = planned("two", 9).apply(lease(B));
    List<String> turns = new ArrayList<>();
    for (int i = 0; i < SPREAD_CHECKS + 8; i++) {
      check(List.of(A, B, idle), one, two);
      moves.offers().forEach(offer -> turns.add(offer.storyId()));
    }

    assertThat(turns)
        .containsExactly("one", "one", "one", "two", "two", "two", "one", "one", "one");
  }

  private static WorkLeased lease(Seat seat) {
    return new WorkLeased(0, Kind.CHUNK, List.of(new Grant(0, seat.key())));
  }

  /** Somebody is idle between two pieces of work now and then. */
  @Test
  void check_ofAnIdleMoment_beginsAnew() {
    lastOf(SPREAD_CHECKS - 1, List.of(A, B), leased(A));
    assertThat(check(List.of(A, B), leased(A, B))).isEmpty();

    assertThat(lastOf(SPREAD_CHECKS, List.of(A, B), leased(A))).hasSize(1);
  }
}

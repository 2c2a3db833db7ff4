package dev.longtake.coordinator.story;

import static org.assertj.core.api.Assertions.assertThat;

import dev.longtake.coordinator.dispatch.Assignment;
import dev.longtake.coordinator.dispatch.DispatchPolicy;
import dev.longtake.coordinator.dispatch.Seat;
import dev.longtake.coordinator.dispatch.StoryDemand;
import dev.longtake.coordinator.journal.JournalSerializer;
import dev.longtake.coordinator.story.ReportRules.ReportOutcome;
import dev.longtake.coordinator.story.StoryEvent.StorySubmitted;
import dev.longtake.coordinator.story.WorkState.Leased;
import dev.longtake.coordinator.story.policy.FailurePolicy;
import dev.longtake.digest.Digest;
import dev.longtake.error.ErrorCode;
import dev.longtake.lease.LeaseToken;
import dev.longtake.lease.LeaseToken.Kind;
import dev.longtake.lease.Report;
import dev.longtake.plan.CheckpointPolicy;
import dev.longtake.testing.TestStories;
import java.io.NotSerializableException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A farm from one seed: workers come and go, finish, fail and repeat themselves in any order, and
 * the coordinator starts again now and then, from a snapshot. Whatever happens, the story ends with
 * its frames, and is what all of its events come to.
 */
class StoryProgressPropertyTest {

  private static final int MOVES = 400;
  private static final Instant NOW = Instant.EPOCH;

  private final CheckpointSteps checkpoints = new CheckpointSteps();
  private SplittableRandom random;
  private StoryProgress story;
  private StorySubmitted submitted;
  private List<StoryEvent> journal;
  private List<Seat> seats;
  private Set<LeaseToken> leased;
  private List<Report> said;
  private List<WorkerKey> saidBy;
  private int boots;

  @ParameterizedTest(name = "seed {0}")
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20})
  void anySequence_endsWithAllFrames(long seed) {
    begin(seed);

    for (int i = 0; i < MOVES && story.isOpen(); i++) {
      move();
      unpin();
    }
    finish();

    assertThat(story.shots()).allMatch(ShotProgress::isDone);
    assertThat(replayed()).isEqualTo(story);
  }

  private void begin(long seed) {
    random = new SplittableRandom(seed);
    submitted = new StorySubmitted("story-1", 1, TestStories.story("rosie", 57, 9, 33, 120), NOW);
    story = StoryProgress.of(submitted);
    journal = new ArrayList<>();
    seats = new ArrayList<>();
    leased = new HashSet<>();
    said = new ArrayList<>();
    saidBy = new ArrayList<>();
    boots = 0;
    arrive();
  }

  private StoryProgress replayed() {
    StoryProgress again = StoryProgress.of(submitted);
    for (StoryEvent event : journal) {
      again = again.apply(event);
    }
    return again;
  }

  private void happen(List<StoryEvent> events) {
    for (StoryEvent event : events) {
      story = story.apply(event);
      journal.add(event);
      if (random.nextInt(4) == 0) {
        story = readFromSnapshot();
      }
    }
    FarmInvariants.check(story);
  }

  /** What follows then comes to the same as if all events were read. */
  private StoryProgress readFromSnapshot() {
    var form = new JournalSerializer();
    try {
      var read = (StoryProgress) form.fromBinary(form.toBinary(story), form.manifest(story));
      assertThat(read).isEqualTo(story);
      return read;
    } catch (NotSerializableException e) {
      throw new AssertionError(e);
    }
  }

  private void move() {
    switch (random.nextInt(12)) {
      case 0 -> arrive();
      case 1 -> leave();
      case 2 -> repeat();
      case 3 -> {
        if (random.nextInt(8) == 0) {
          happen(StoryRules.resume(story, checkpoints));
        }
      }
      case 4 -> failOnce();
      case 5, 6, 7 -> dispatch();
      default -> finishOne();
    }
    join();
  }

  /** A pin is given up as long as nothing was ever leased, and never afterwards. */
  private void unpin() {
    List<StoryEvent> unpinned = StoryRules.unpin(story, TestStories.ENGINE_CLASS, NOW);
    assertThat(unpinned.isEmpty()).isEqualTo(story.plan().isEmpty() || !leased.isEmpty());
    if (random.nextInt(2) == 0) {
      happen(unpinned);
    }
  }

  private void arrive() {
    if (seats.size() < 5) {
      boots++;
      seats.add(
          Seat.ofAll(
              new WorkerKey("w" + random.nextInt(3), "boot-" + boots),
              TestStories.ENGINE_CLASS,
              TestStories.MODEL,
              random.nextInt(10) == 0,
              1));
    }
  }

  private void leave() {
    if (!seats.isEmpty()) {
      Seat gone = seats.remove(random.nextInt(seats.size()));
      happen(StoryRules.release(story, gone.key(), checkpoints));
    }
  }

  private List<StoryDemand> demands() {
    return story.isOpen()
        ? List.of(
            StoryDemand.of(
                story, story.eventCount(), CheckpointPolicy.within(Duration.ofSeconds(20))))
        : List.of();
  }

  private void dispatch() {
    for (Assignment assignment : DispatchPolicy.assign(seats, demands(), List.of())) {
      switch (assignment) {
        case Assignment.Pin pin ->
            happen(StoryRules.plan(story, pin.model(), pin.engineClass(), List.of()));
        case Assignment.Lease lease -> {
          var decision = StoryRules.lease(story, lease.shotIndex(), lease.kind(), lease.grants());
          assertThat(decision.outcome()).as("%s", lease).isTrue();
          happen(decision.events());
          for (var grant : lease.grants()) {
            int attempt =
                story
                    .shots()
                    .get(lease.shotIndex())
                    .works(lease.kind())
                    .get(grant.index())
                    .attempt();
            assertThat(
                    leased.add(
                        new LeaseToken(
                            "story-1", lease.shotIndex(), lease.kind(), grant.index(), attempt)))
                .as("an attempt is leased once")
                .isTrue();
          }
        }
      }
    }
  }

  private record Held(WorkerKey worker, LeaseToken token) {}

  private Optional<Held> anyLease() {
    List<Held> held = new ArrayList<>();
    for (ShotProgress shot : story.shots()) {
      for (Kind kind : Kind.values()) {
        for (int i = 0; i < shot.works(kind).size(); i++) {
          if (shot.works(kind).get(i) instanceof Leased lease) {
            held.add(
                new Held(
                    lease.worker(),
                    new LeaseToken("story-1", shot.plan().shotIndex(), kind, i, lease.attempt())));
          }
        }
      }
    }
    return held.isEmpty() ? Optional.empty() : Optional.of(held.get(random.nextInt(held.size())));
  }

  private void finishOne() {
    anyLease()
        .ifPresent(
            held -> {
              LeaseToken token = held.token();
              Digest digest =
                  Digest.ofText(token.shotIndex() + " " + token.kind() + " " + token.index());
              say(held, new Report.Done(digest, 1, Duration.ZERO));
            });
  }

  private void failOnce() {
    anyLease()
        .filter(
            held ->
                story
                        .shots()
                        .get(held.token().shotIndex())
                        .works(held.token().kind())
                        .get(held.token().index())
                        .failures()
                    < FailurePolicy.FAILURES_MAX - 1)
        .ifPresent(held -> say(held, new Report.Failed(ErrorCode.ENGINE_FAILED, "broken")));
  }

  private void say(Held held, Report.Progress progress) {
    Report report = new Report(held.token(), progress);
    var decision = ReportRules.report(story, held.worker(), report, checkpoints, NOW);
    assertThat(decision.outcome()).isEqualTo(ReportOutcome.ACCEPTED);
    happen(decision.events());
    said.add(report);
    saidBy.add(held.worker());
  }

  /** An old report turns up again: it is known, or stale, and changes nothing. */
  private void repeat() {
    if (!said.isEmpty()) {
      int which = random.nextInt(said.size());
      StoryProgress before = story;
      var decision =
          ReportRules.report(story, saidBy.get(which), said.get(which), checkpoints, NOW);
      assertThat(decision.events()).isEmpty();
      assertThat(story).isEqualTo(before);
    }
  }

  private void join() {
    for (ShotProgress shot : story.shots()) {
      if (shot.isToBeJoined()) {
        int index = shot.plan().shotIndex();
        happen(StoryRules.joined(story, index, Digest.ofText("joined " + index)));
      }
    }
  }

  /** From here on nothing goes wrong any more: then everything has to come to its end. */
  private void finish() {
    seats.removeIf(Seat::draining);
    if (seats.isEmpty()) {
      boots++;
      seats.add(
          Seat.ofAll(
              new WorkerKey("last", "boot-" + boots),
              TestStories.ENGINE_CLASS,
              TestStories.MODEL,
              false,
              1));
    }
    for (WorkerKey holder : story.workers()) {
      if (seats.stream().noneMatch(seat -> seat.key().equals(holder))) {
        happen(StoryRules.release(story, holder, checkpoints));
      }
    }
    for (int i = 0; i < 1000 && !story.isToBeAssembled(); i++) {
      dispatch();
      finishOne();
      join();
    }
  }
}

package dev.longtake.coordinator.dispatch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.longtake.coordinator.story.CheckpointNews;
import dev.longtake.coordinator.story.CheckpointSteps;
import dev.longtake.coordinator.story.ReportRules;
import dev.longtake.coordinator.story.ShotProgress;
import dev.longtake.coordinator.story.StoryEvent;
import dev.longtake.coordinator.story.StoryEvent.Grant;
import dev.longtake.coordinator.story.StoryEvent.StorySubmitted;
import dev.longtake.coordinator.story.StoryProgress;
import dev.longtake.coordinator.story.StoryRules;
import dev.longtake.coordinator.story.WorkerKey;
import dev.longtake.digest.Digest;
import dev.longtake.error.ErrorCode;
import dev.longtake.lease.CheckpointPlan;
import dev.longtake.lease.LeaseToken;
import dev.longtake.lease.LeaseToken.Kind;
import dev.longtake.lease.Order;
import dev.longtake.lease.Report;
import dev.longtake.lease.Work;
import dev.longtake.plan.CheckpointPolicy;
import dev.longtake.testing.TestStories;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Shots of 57 frames have four chunks and four segments. */
class DispatchPolicyTest {

  private static final Seat A = seat("a", TestStories.ENGINE_CLASS, false);
  private static final Seat B = seat("b", TestStories.ENGINE_CLASS, false);

  private static Seat seat(String id, String engineClass, boolean draining) {
    return Seat.ofAll(new WorkerKey(id, "1"), engineClass, TestStories.MODEL, draining, 1);
  }

  private static StoryProgress submitted(String id, long sequence, int... frameCounts) {
    return StoryProgress.of(
        new StorySubmitted(id, sequence, TestStories.story(id, frameCounts), Instant.EPOCH));
  }

  private static StoryProgress planned(String id, long sequence, int... frameCounts) {
    StoryProgress story = submitted(id, sequence, frameCounts);
    return applied(
        story, StoryRules.plan(story, TestStories.MODEL, TestStories.ENGINE_CLASS, List.of()));
  }

  private static StoryProgress applied(StoryProgress story, List<StoryEvent> events) {
    StoryProgress next = story;
    for (StoryEvent event : events) {
      next = next.apply(event);
    }
    return next;
  }

  /** The story after what the policy said of it. */
  private static StoryProgress served(StoryProgress story, Seat... seats) {
    StoryProgress next = story;
    for (Assignment assignment : assign(List.of(seats), List.of(story))) {
      if (assignment instanceof Assignment.Lease lease) {
        next =
            applied(
                next,
                StoryRules.lease(next, lease.shotIndex(), lease.kind(), lease.grants()).events());
      }
    }
    return next;
  }

  private static List<Assignment> assign(List<Seat> seats, List<StoryProgress> stories) {
    return DispatchPolicy.assign(
        seats,
        stories.stream()
            .map(story -> StoryDemand.of(story, story.eventCount(), CheckpointPolicy.every(2)))
            .toList(),
        List.of());
  }

  private static Map<WorkerKey, List<Order>> orders(StoryProgress story) {
    return Orders.of(story, CheckpointPolicy.every(2));
  }

  private static List<Assignment.Lease> leases(List<Assignment> assignments) {
    List<Assignment.Lease> leases = new ArrayList<>();
    for (Assignment assignment : assignments) {
      leases.add((Assignment.Lease) assignment);
    }
    return leases;
  }

  private static List<String> takers(Assignment.Lease lease) {
    return lease.grants().stream().map(grant -> grant.worker().workerId()).toList();
  }

  @Test
  void assign_withoutWorkers_isNothing() {
    assertThat(assign(List.of(), List.of(submitted("s", 1, 57)))).isEmpty();
  }

  @Test
  void assign_ofANewStory_pinsItToWhatMostWorkersHave() {
    Seat alone = seat("0", "another-1", false);

    assertThat(assign(List.of(B, alone, A), List.of(submitted("s", 1, 57))))
        .containsExactly(new Assignment.Pin("s", TestStories.MODEL, TestStories.ENGINE_CLASS));
  }

  @Test
  void assign_ofAShot_splitsItEvenlyIntoRuns() {
    var leases = leases(assign(List.of(B, A), List.of(planned("s", 1, 57))));

    assertThat(leases).hasSize(1);
    assertThat(takers(leases.getFirst())).containsExactly("a", "a", "b", "b");
  }

  @Test
  void assign_withMoreWorkersThanChunks_goesOnWithTheNextShot() {
    var leases = leases(assign(List.of(A, B), List.of(planned("s", 1, 9, 57))));

    assertThat(leases).hasSize(2);
    assertThat(takers(leases.get(0))).containsExactly("a");
    assertThat(takers(leases.get(1))).containsExactly("b", "b", "b", "b");
  }

  @Test
  void assign_withTwoShotsWaiting_sharesTheWorkersAmongThem() {
    var leases = leases(assign(List.of(A, B), List.of(planned("s", 1, 57, 57))));

    assertThat(leases).hasSize(2);
    assertThat(takers(leases.get(0))).containsOnly("a");
    assertThat(takers(leases.get(1))).containsOnly("b");
  }

  @Test
  void assign_withEveryWorkerBusy_waits() {
    StoryProgress story = served(planned("s", 1, 57, 57), A, B);

    assertThat(assign(List.of(A, B), List.of(story))).isEmpty();
  }

  @Test
  void assign_ofTwoStories_servesTheOlderOneFirst() {
    var leases =
        leases(assign(List.of(A), List.of(planned("young", 2, 57), planned("old", 1, 57))));

    assertThat(leases).singleElement().extracting(Assignment.Lease::storyId).isEqualTo("old");
  }

  @Test
  void assign_withAnotherEngineClass_waits() {
    assertThat(assign(List.of(seat("c", "another-1", false)), List.of(planned("s", 1, 57))))
        .isEmpty();
  }

  @Test
  void assign_toADrainingWorker_isNothing() {
    assertThat(
            assign(
                List.of(seat("a", TestStories.ENGINE_CLASS, true)), List.of(planned("s", 1, 57))))
        .isEmpty();
  }

  /** B's half waits for the chunks that A took with it, so B takes them though it is busy. */
  @Test
  void assign_ofChunksTakenBack_doesNotWaitForAnIdleWorker() {
    StoryProgress story = served(planned("s", 1, 57), A, B);
    story = applied(story, StoryRules.release(story, A.key(), new CheckpointSteps()));

    var leases = leases(assign(List.of(B), List.of(story)));

    assertThat(leases).hasSize(1);
    assertThat(leases.getFirst().grants())
        .containsExactly(new Grant(0, B.key()), new Grant(1, B.key()));
  }

  @Test
  void assign_ofAChunkThatWasGivenUp_prefersAnother() {
    StoryProgress story = served(planned("s", 1, 9), A);
    var failed =
        ReportRules.report(
            story,
            A.key(),
            new Report(
                new LeaseToken("s", 0, Kind.CHUNK, 0, 1),
                new Report.Failed(ErrorCode.ENGINE_FAILED, "broken")),
            new CheckpointSteps(),
            Instant.EPOCH);
    story = applied(story, failed.events());

    assertThat(takers(leases(assign(List.of(A, B), List.of(story))).getFirst()))
        .containsExactly("b");
    assertThat(takers(leases(assign(List.of(A), List.of(story))).getFirst())).containsExactly("a");
  }

  /** Shot 0 is denoised; A is busy with shot 1 and B is idle. */
  @Test
  void assign_ofSegments_spreadsThemWithinTheBound() {
    StoryProgress story = denoised(served(planned("s", 1, 57, 9), A));
    story = served(story, A);

    var leases = leases(assign(List.of(A, B), List.of(story)));

    var segments = leases.stream().filter(lease -> lease.kind() == Kind.SEGMENT).toList();
    assertThat(story.shots().get(0).state()).isEqualTo(ShotProgress.State.DECODING);
    assertThat(segments).allSatisfy(lease -> assertThat(lease.shotIndex()).isZero());
    assertThat(segments.stream().flatMap(lease -> takers(lease).stream()))
        .filteredOn("b"::equals)
        .hasSizeLessThanOrEqualTo(DispatchPolicy.SEGMENTS_PER_WORKER_MAX)
        .isNotEmpty();
  }

  private static StoryProgress denoised(StoryProgress story) {
    StoryProgress next = story;
    for (int i = 0; i < 4; i++) {
      var report =
          new Report(
              new LeaseToken("s", 0, Kind.CHUNK, i, 1),
              new Report.Done(Digest.ofText("chunk " + i), 1, Duration.ZERO));
      next =
          applied(
              next,
              ReportRules.report(next, A.key(), report, new CheckpointSteps(), Instant.EPOCH)
                  .events());
    }
    return applied(next, StoryRules.joined(next, 0, Digest.ofText("joined")));
  }

  @Test
  void orders_ofASplitShot_sayWhichNeighboursAreRemote() {
    StoryProgress story = served(planned("s", 1, 57), A, B);

    Map<WorkerKey, List<Order>> orders = orders(story);

    assertThat(orders.get(A.key()))
        .extracting(order -> ((Work.DenoiseChunk) order.work()).rightIsRemote())
        .containsExactly(false, true);
    assertThat(orders.get(B.key()))
        .extracting(order -> ((Work.DenoiseChunk) order.work()).leftIsRemote())
        .containsExactly(true, false);
  }

  @Test
  void orders_ofChunks_sayWhereTheyGoOnAndHowOftenTheyKeepTheirState() {
    StoryProgress story = served(planned("s", 1, 57), A, B);
    CheckpointSteps checkpoints = new CheckpointSteps();
    for (int chunk = 0; chunk < 2; chunk++) {
      checkpoints.note(
          story, new LeaseToken("s", 0, Kind.CHUNK, chunk, 1), 2, CheckpointNews.STORED);
    }
    story = served(applied(story, StoryRules.release(story, A.key(), checkpoints)), B);

    Map<WorkerKey, List<Order>> orders = orders(story);

    assertThat(orders.get(B.key()))
        .extracting(order -> ((Work.DenoiseChunk) order.work()).checkpoints())
        .containsExactly(
            new CheckpointPlan(2, CheckpointPolicy.every(2)),
            new CheckpointPlan(2, CheckpointPolicy.every(2)),
            new CheckpointPlan(0, CheckpointPolicy.every(2)),
            new CheckpointPlan(0, CheckpointPolicy.every(2)));
  }
}

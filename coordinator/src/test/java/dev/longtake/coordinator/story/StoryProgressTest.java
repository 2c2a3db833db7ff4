package dev.longtake.coordinator.story;

import static org.assertj.core.api.Assertions.assertThat;

import dev.longtake.coordinator.story.ReportRules.ReportOutcome;
import dev.longtake.coordinator.story.StoryEvent.Grant;
import dev.longtake.coordinator.story.StoryEvent.StoryFailed;
import dev.longtake.coordinator.story.StoryEvent.StoryRetried;
import dev.longtake.coordinator.story.StoryEvent.StorySubmitted;
import dev.longtake.coordinator.story.StoryEvent.WorkReleased;
import dev.longtake.coordinator.story.WorkState.Done;
import dev.longtake.coordinator.story.WorkState.Leased;
import dev.longtake.coordinator.story.WorkState.Waiting;
import dev.longtake.coordinator.story.policy.FailurePolicy;
import dev.longtake.digest.Digest;
import dev.longtake.error.ErrorCode;
import dev.longtake.lease.LeaseToken;
import dev.longtake.lease.LeaseToken.Kind;
import dev.longtake.lease.Report;
import dev.longtake.testing.TestStories;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

/** One shot of four chunks (57 frames) and one of a single chunk (9 frames). */
class StoryProgressTest {

  private static final Instant NOW = Instant.EPOCH;
  private static final WorkerKey A = new WorkerKey("a", "1");
  private static final WorkerKey B = new WorkerKey("b", "1");

  private final CheckpointSteps checkpoints = new CheckpointSteps();
  private StoryProgress story =
      StoryProgress.of(new StorySubmitted("story-1", 1, TestStories.story("rosie", 57, 9), NOW));

  private void happen(List<StoryEvent> events) {
    for (StoryEvent event : events) {
      story = story.apply(event);
    }
    FarmInvariants.check(story);
  }

  private void plan() {
    happen(StoryRules.plan(story, TestStories.MODEL, TestStories.ENGINE_CLASS, List.of()));
  }

  private void lease(Grant... grants) {
    var decision = StoryRules.lease(story, 0, Kind.CHUNK, List.of(grants));
    assertThat(decision.outcome()).isTrue();
    happen(decision.events());
  }

  /** Chunks 0 and 1 to A, 2 and 3 to B. */
  private void leaseHalves() {
    plan();
    lease(new Grant(0, A), new Grant(1, A), new Grant(2, B), new Grant(3, B));
  }

  private ReportOutcome report(WorkerKey worker, int chunk, int attempt, Report.Progress what) {
    var token = new LeaseToken("story-1", 0, Kind.CHUNK, chunk, attempt);
    var decision = ReportRules.report(story, worker, new Report(token, what), checkpoints, NOW);
    happen(decision.events());
    return decision.outcome();
  }

  private static Report.Done done(String content) {
    return new Report.Done(Digest.ofText(content), 1, Duration.ZERO);
  }

  private List<WorkState> chunks() {
    return story.shots().getFirst().chunks();
  }

  @Test
  void plan_ofTheTestStory_hasFourChunksAndOne() {
    plan();

    assertThat(chunks()).hasSize(4);
    assertThat(story.shots().get(1).chunks()).hasSize(1);
  }

  @Test
  void plan_twice_isPinnedOnce() {
    plan();

    assertThat(StoryRules.plan(story, TestStories.MODEL, "another-1", List.of())).isEmpty();
  }

  @Test
  void lease_ofPartOfAShot_isRefused() {
    plan();

    assertThat(StoryRules.lease(story, 0, Kind.CHUNK, List.of(new Grant(0, A))).outcome())
        .isFalse();
  }

  @Test
  void lease_ofWhatIsLeased_isRefused() {
    leaseHalves();

    assertThat(StoryRules.lease(story, 0, Kind.CHUNK, List.of(new Grant(0, B))).outcome())
        .isFalse();
  }

  @Test
  void lease_betweenWorkers_makesThatBoundaryRemote() {
    leaseHalves();

    assertThat(story.shots().getFirst().remote()).containsExactly(false, true, false);
  }

  @Test
  void report_fromAnotherWorkerOrAttempt_isStale() {
    leaseHalves();
    StoryProgress before = story;

    assertThat(report(B, 0, 1, done("x"))).isEqualTo(ReportOutcome.STALE);
    assertThat(report(A, 0, 2, done("x"))).isEqualTo(ReportOutcome.STALE);
    assertThat(report(A, 99, 1, done("x"))).isEqualTo(ReportOutcome.STALE);
    assertThat(story).isEqualTo(before);
  }

  @Test
  void report_repeated_getsTheSameAnswer() {
    leaseHalves();

    assertThat(report(A, 0, 1, done("x"))).isEqualTo(ReportOutcome.ACCEPTED);
    assertThat(report(A, 0, 1, done("x"))).isEqualTo(ReportOutcome.ACCEPTED);
    assertThat(report(A, 0, 1, done("y"))).isEqualTo(ReportOutcome.STALE);
  }

  /** A has finished chunk 0 but not its neighbour, whose slabs never left A. */
  @Test
  void release_ofALostWorker_restartsWhatIsTiedTogether() {
    leaseHalves();
    report(A, 0, 1, done("x"));

    happen(StoryRules.release(story, A, checkpoints));

    assertThat(chunks().subList(0, 2)).allMatch(Waiting.class::isInstance);
    assertThat(chunks().subList(2, 4)).allMatch(Leased.class::isInstance);
  }

  @Test
  void release_ofAWorkerThatHadFinished_keepsItsChunks() {
    leaseHalves();
    report(A, 0, 1, done("x"));
    report(A, 1, 1, done("y"));

    assertThat(StoryRules.release(story, A, checkpoints)).isEmpty();
    assertThat(chunks().subList(0, 2)).allMatch(Done.class::isInstance);
  }

  /** Both sides of the boundary to B's chunk read from the store what was published before. */
  @Test
  void lease_ofAPart_keepsItsOuterBoundaryRemote() {
    leaseHalves();
    happen(StoryRules.release(story, A, checkpoints));

    lease(new Grant(0, B), new Grant(1, B));

    assertThat(story.shots().getFirst().remote()).containsExactly(false, true, false);
    assertThat(chunks().getFirst().attempt()).isEqualTo(2);
    assertThat(chunks().get(2).attempt()).isEqualTo(1);
  }

  @Test
  void report_ofAnotherResultThanBefore_failsTheStory() {
    leaseHalves();
    report(A, 0, 1, done("x"));
    happen(StoryRules.release(story, A, checkpoints));
    lease(new Grant(0, B), new Grant(1, B));

    report(B, 0, 2, done("another"));

    assertThat(story.ending())
        .isInstanceOfSatisfying(
            StoryProgress.Ending.Failed.class,
            failed -> assertThat(failed.code()).isEqualTo(ErrorCode.DETERMINISM_VIOLATED));
  }

  @Test
  void failure_ofAWorker_releasesItsPartAndAvoidsIt() {
    leaseHalves();

    report(A, 1, 1, new Report.Failed(ErrorCode.ENGINE_FAILED, "out of memory"));

    assertThat(chunks().get(0)).isInstanceOf(Waiting.class);
    assertThat(((Waiting) chunks().get(1)).avoid()).contains(A);
    assertThat(chunks().get(1).failures()).isEqualTo(1);
    assertThat(chunks().get(2)).isInstanceOf(Leased.class);
  }

  @Test
  void failure_thatNobodyElseCanMend_failsTheStoryAtOnce() {
    leaseHalves();

    report(A, 1, 1, new Report.Failed(ErrorCode.PICTURE_INVALID, "no picture"));

    assertThat(story.isOpen()).isFalse();
    assertThat(story.workers()).isEmpty();
  }

  @Test
  void failure_beyondTheBudget_failsTheStory() {
    leaseHalves();
    for (int attempt = 1; attempt <= FailurePolicy.FAILURES_MAX; attempt++) {
      assertThat(story.isOpen()).isTrue();
      report(A, 0, attempt, new Report.Failed(ErrorCode.ENGINE_FAILED, "out of memory"));
      if (story.isOpen()) {
        lease(new Grant(0, A), new Grant(1, A));
      }
    }

    assertThat(story.ending()).isInstanceOf(StoryProgress.Ending.Failed.class);
  }

  @Test
  void resume_inMidShot_restartsTheWholeShot() {
    leaseHalves();
    report(A, 0, 1, done("x"));
    report(A, 1, 1, done("y"));

    happen(StoryRules.resume(story, checkpoints));

    assertThat(chunks()).allMatch(Waiting.class::isInstance);
  }

  @Test
  void resume_ofADenoisedShot_changesNothing() {
    leaseHalves();
    for (int i = 0; i < 4; i++) {
      report(i < 2 ? A : B, i, 1, done("chunk " + i));
    }

    assertThat(StoryRules.resume(story, checkpoints)).isEmpty();
    assertThat(story.shots().getFirst().isToBeJoined()).isTrue();
  }

  @Test
  void lostWorker_duringDecoding_costsItsSegmentsOnly() {
    leaseHalves();
    for (int i = 0; i < 4; i++) {
      report(i < 2 ? A : B, i, 1, done("chunk " + i));
    }
    happen(StoryRules.joined(story, 0, Digest.ofText("joined")));
    var decision =
        StoryRules.lease(story, 0, Kind.SEGMENT, List.of(new Grant(0, A), new Grant(1, B)));
    happen(decision.events());

    List<StoryEvent> events = StoryRules.release(story, A, checkpoints);

    assertThat(events)
        .singleElement()
        .isInstanceOfSatisfying(
            WorkReleased.class,
            released -> {
              assertThat(released.kind()).isEqualTo(Kind.SEGMENT);
              assertThat(released.indexes()).containsExactly(0);
            });
  }

  @Test
  void cancel_afterFailing_isRefused() {
    happen(List.of(new StoryFailed(ErrorCode.INTERNAL, "broken", NOW)));

    assertThat(StoryRules.cancel(story, NOW).outcome()).isFalse();
  }

  private void failFirstChunk() {
    for (int attempt = 1; attempt <= FailurePolicy.FAILURES_MAX; attempt++) {
      if (attempt > 1) {
        lease(new Grant(0, A), new Grant(1, A));
      }
      report(A, 0, attempt, new Report.Failed(ErrorCode.ENGINE_FAILED, "out of memory"));
    }
    assertThat(story.isOpen()).isFalse();
  }

  /** What exchanged begins anew, as after the loss of a coordinator; failures count from zero. */
  @Test
  void retry_ofAShotThatFailed_rendersItAgain() {
    leaseHalves();
    report(B, 2, 1, done("chunk 2"));
    failFirstChunk();

    var decision = StoryRules.retry(story, NOW);
    happen(decision.events());

    assertThat(decision.outcome()).isTrue();
    assertThat(decision.events().getFirst()).isEqualTo(new StoryRetried(NOW));
    assertThat(story.isOpen()).isTrue();
    assertThat(story.shots().getFirst().leasable(Kind.CHUNK)).containsExactly(0, 1, 2, 3);
    assertThat(chunks()).allSatisfy(chunk -> assertThat(chunk.failures()).isZero());
    assertThat(chunks().get(2))
        .isInstanceOfSatisfying(
            Waiting.class,
            waiting -> assertThat(waiting.earlier()).contains(Digest.ofText("chunk 2")));
  }

  @Test
  void retry_ofAShotThatIsJoined_keepsItsLatentsAndFrames() {
    leaseHalves();
    for (int i = 0; i < 4; i++) {
      report(i < 2 ? A : B, i, 1, done("chunk " + i));
    }
    happen(StoryRules.joined(story, 0, Digest.ofText("joined")));
    var leased =
        StoryRules.lease(story, 0, Kind.SEGMENT, List.of(new Grant(0, A), new Grant(1, B)));
    happen(leased.events());
    var token = new LeaseToken("story-1", 0, Kind.SEGMENT, 0, 1);
    happen(
        ReportRules.report(story, A, new Report(token, done("frames")), checkpoints, NOW).events());
    happen(StoryRules.fail(story, ErrorCode.FILE_UNUSABLE, "no room", NOW));

    happen(StoryRules.retry(story, NOW).events());

    ShotProgress shot = story.shots().getFirst();
    assertThat(shot.latents()).contains(Digest.ofText("joined"));
    assertThat(shot.segments().getFirst()).isInstanceOf(Done.class);
    assertThat(shot.leasable(Kind.SEGMENT)).contains(1).doesNotContain(0);
    assertThat(shot.leasable(Kind.CHUNK)).isEmpty();
  }

  @Test
  void retry_ofAStoryThatGoesOnOrHasEndedOtherwise_changesNothing() {
    var open = StoryRules.retry(story, NOW);
    happen(StoryRules.cancel(story, NOW).events());
    var cancelled = StoryRules.retry(story, NOW);

    assertThat(open.outcome()).isTrue();
    assertThat(open.events()).isEmpty();
    assertThat(cancelled.outcome()).isFalse();
    assertThat(cancelled.events()).isEmpty();
  }
}

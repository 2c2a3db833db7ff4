package dev.longtake.coordinator.story;

import static dev.longtake.coordinator.story.CheckpointNews.ARCHIVED;
import static dev.longtake.coordinator.story.CheckpointNews.NOT_ARCHIVED;
import static dev.longtake.coordinator.story.CheckpointNews.STORED;
import static org.assertj.core.api.Assertions.assertThat;

import dev.longtake.coordinator.story.CheckpointSteps.Passed;
import dev.longtake.coordinator.story.ReportRules.ReportOutcome;
import dev.longtake.coordinator.story.StoryEvent.Grant;
import dev.longtake.coordinator.story.StoryEvent.StorySubmitted;
import dev.longtake.coordinator.story.StoryEvent.WorkFailed;
import dev.longtake.coordinator.story.WorkState.Done;
import dev.longtake.coordinator.story.WorkState.Leased;
import dev.longtake.coordinator.story.WorkState.Waiting;
import dev.longtake.digest.Digest;
import dev.longtake.error.ErrorCode;
import dev.longtake.latent.CheckpointKey;
import dev.longtake.lease.LeaseToken;
import dev.longtake.lease.LeaseToken.Kind;
import dev.longtake.lease.Report;
import dev.longtake.story.RenderSettings;
import dev.longtake.story.SamplingOverrides;
import dev.longtake.story.Story;
import dev.longtake.testing.TestStories;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** One shot of four chunks and twelve steps: 0 and 1 on worker A, 2 and 3 on B. */
class CheckpointStepsTest {

  private static final Instant NOW = Instant.EPOCH;
  private static final int STEPS = 12;
  private static final WorkerKey A = new WorkerKey("a", "1");
  private static final WorkerKey B = new WorkerKey("b", "1");

  private final CheckpointSteps checkpoints = new CheckpointSteps();
  private StoryProgress story;

  static Story story(int frameCount) {
    Story plain = TestStories.story("rosie", frameCount);
    return new Story(
        plain.name(),
        plain.world(),
        plain.size(),
        plain.frameRate(),
        plain.seed(),
        plain.shots(),
        plain.transitions(),
        new RenderSettings(
            new SamplingOverrides(
                OptionalInt.of(STEPS), OptionalDouble.empty(), OptionalDouble.empty()),
            false));
  }

  @BeforeEach
  void leaseHalves() {
    story = StoryProgress.of(new StorySubmitted("story-1", 1, story(57), NOW));
    happen(StoryRules.plan(story, TestStories.MODEL, TestStories.ENGINE_CLASS, List.of()));
    lease(new Grant(0, A), new Grant(1, A), new Grant(2, B), new Grant(3, B));
  }

  private void happen(List<StoryEvent> events) {
    for (StoryEvent event : events) {
      story = story.apply(event);
    }
    FarmInvariants.check(story);
  }

  private void lease(Grant... grants) {
    var decision = StoryRules.lease(story, 0, Kind.CHUNK, List.of(grants));
    assertThat(decision.outcome()).isTrue();
    happen(decision.events());
  }

  private void keep(int chunk, int attempt, int... steps) {
    for (int step : steps) {
      note(chunk, attempt, step, STORED);
      note(chunk, attempt, step, ARCHIVED);
    }
  }

  private void note(int chunk, int attempt, int step, CheckpointNews news) {
    checkpoints.note(story, new LeaseToken("story-1", 0, Kind.CHUNK, chunk, attempt), step, news);
  }

  private ReportOutcome report(WorkerKey worker, int chunk, int attempt, Report.Progress what) {
    var token = new LeaseToken("story-1", 0, Kind.CHUNK, chunk, attempt);
    var decision = ReportRules.report(story, worker, new Report(token, what), checkpoints, NOW);
    happen(decision.events());
    return decision.outcome();
  }

  private ShotProgress shot() {
    return story.shots().getFirst();
  }

  private List<Integer> resumeSteps() {
    return shot().chunks().stream()
        .map(
            state ->
                switch (state) {
                  case Waiting waiting -> waiting.resumeStep();
                  case Leased leased -> leased.resumeStep();
                  case WorkState.Done done -> -1;
                })
        .toList();
  }

  /** Slabs between 0 and 1 died with A, so both go back to where both can. */
  @Test
  void release_ofTiedChunks_goesBackToTheNewestCommonStep() {
    keep(0, 1, 2, 4, 6);
    keep(1, 1, 2, 4);

    happen(StoryRules.release(story, A, checkpoints));

    assertThat(resumeSteps()).containsExactly(4, 4, 0, 0);
    assertThat(shot().chunks().subList(0, 2)).allMatch(Waiting.class::isInstance);
  }

  @Test
  void release_withoutACommonStep_beginsAnew() {
    keep(0, 1, 2, 6);
    keep(1, 1, 4);

    happen(StoryRules.release(story, A, checkpoints));

    assertThat(resumeSteps()).containsExactly(0, 0, 0, 0);
  }

  /** A chunk that was done is tied to one that was not. */
  @Test
  void release_ofADoneChunkThatIsTied_goesBackWithItsNeighbour() {
    keep(0, 1, 4, 8);
    keep(1, 1, 4, 8);
    report(A, 0, 1, new Report.Done(Digest.ofText("x"), 1, Duration.ZERO));

    happen(StoryRules.release(story, A, checkpoints));

    assertThat(resumeSteps()).containsExactly(8, 8, 0, 0);
  }

  @Test
  void failure_ofAWorker_goesBackToItsCheckpointsToo() {
    keep(0, 1, 4);
    keep(1, 1, 4);

    report(A, 1, 1, new Report.Failed(ErrorCode.ENGINE_FAILED, "out of memory"));

    assertThat(resumeSteps()).containsExactly(4, 4, 0, 0);
  }

  @Test
  void note_ofASupersededAttempt_doesNotCount() {
    happen(StoryRules.release(story, A, checkpoints));
    lease(new Grant(0, B), new Grant(1, B));
    keep(0, 1, 4);
    keep(1, 1, 4);

    assertThat(checkpoints.floor(shot(), 0)).isZero();

    keep(0, 2, 4);
    keep(1, 2, 4);

    assertThat(checkpoints.floor(shot(), 0)).isEqualTo(4);
  }

  @Test
  void note_ofWhatIsNotThere_isIgnored() {
    checkpoints.note(story, new LeaseToken("story-1", 7, Kind.CHUNK, 0, 1), 4, ARCHIVED);
    checkpoints.note(story, new LeaseToken("story-1", 0, Kind.CHUNK, 99, 1), 4, ARCHIVED);

    assertThat(checkpoints.stepsKept(shot())).isZero();
  }

  /**
   * The second attempt has kept nothing of its own yet, but the first one's state is still there.
   */
  @Test
  void release_ofTheNextAttemptAtOnce_goesBackToTheSameStep() {
    keep(0, 1, 4);
    keep(1, 1, 4);
    happen(StoryRules.release(story, A, checkpoints));
    WorkerKey c = new WorkerKey("c", "1");
    lease(new Grant(0, c), new Grant(1, c));

    happen(StoryRules.release(story, c, checkpoints));

    assertThat(resumeSteps()).containsExactly(4, 4, 0, 0);
  }

  /** Two runs that go on from different steps exchange through the store, even on one worker. */
  @Test
  void lease_ofRunsThatGoOnFromDifferentSteps_keepsTheirBoundaryRemote() {
    keep(0, 1, 4);
    keep(1, 1, 4);
    keep(2, 1, 6);
    keep(3, 1, 6);
    happen(StoryRules.release(story, A, checkpoints));
    happen(StoryRules.release(story, B, checkpoints));
    WorkerKey c = new WorkerKey("c", "1");

    lease(new Grant(0, c), new Grant(1, c), new Grant(2, c), new Grant(3, c));

    assertThat(shot().remote()).containsExactly(false, true, false);
    assertThat(resumeSteps()).containsExactly(4, 4, 6, 6);
  }

  @Test
  void passed_asFloorsRise_isSaidOnce() {
    keep(0, 1, 4);
    keep(1, 1, 4);
    assertThat(checkpoints.passed(shot()))
        .containsExactlyInAnyOrder(
            new Passed.Checkpoints(0, 0, 4), new Passed.Checkpoints(1, 0, 4));
    assertThat(checkpoints.passed(shot())).isEmpty();

    keep(2, 1, 2, 4);
    keep(3, 1, 2, 4);
    keep(0, 1, 8);
    keep(1, 1, 8);

    assertThat(checkpoints.passed(shot()))
        .containsExactlyInAnyOrder(
            new Passed.Checkpoints(0, 4, 8),
            new Passed.Checkpoints(1, 4, 8),
            new Passed.Checkpoints(2, 0, 4),
            new Passed.Checkpoints(3, 0, 4),
            // All of them might go back to step 4.
            new Passed.Slabs(0, 0, 4),
            new Passed.Slabs(1, 0, 4),
            new Passed.Slabs(2, 0, 4),
            new Passed.Archived(2, List.of(2)),
            new Passed.Archived(3, List.of(2)));
    assertThat(checkpoints.passed(shot())).isEmpty();
  }

  /** What one chunk lacks holds back what of the others could be dropped. */
  @Test
  void passed_withoutACommonStep_keepsSlabsAndArchive() {
    keep(0, 1, 2, 4, 6);
    keep(1, 1, 2, 4, 6);
    keep(2, 1, 2, 4, 6);

    assertThat(checkpoints.passed(shot())).allMatch(Passed.Checkpoints.class::isInstance);

    keep(3, 1, 4);

    assertThat(checkpoints.passed(shot()))
        .contains(new Passed.Archived(0, List.of(2)), new Passed.Slabs(0, 0, 4));
  }

  /** While the archive fails, chunks go back to the store's, and no slab is kept for its sake. */
  @Test
  void note_whileTheArchiveFails_goesOnAsIfThereWereNone() {
    for (int chunk = 0; chunk < 4; chunk++) {
      keep(chunk, 1, 2);
    }
    checkpoints.passed(shot());
    for (int chunk = 0; chunk < 4; chunk++) {
      note(chunk, 1, 4, STORED);
      assertThat(checkpoints.floor(shot(), 0)).isEqualTo(chunk == 0 ? 2 : 4);
      note(chunk, 1, 4, NOT_ARCHIVED);
    }

    assertThat(checkpoints.passed(shot()))
        .contains(new Passed.Slabs(0, 2, 4), new Passed.Checkpoints(0, 2, 4))
        .noneMatch(Passed.Archived.class::isInstance);
    happen(StoryRules.release(story, A, checkpoints));
    assertThat(resumeSteps()).containsExactly(4, 4, 0, 0);
    happen(StoryRules.resume(story, checkpoints));
    assertThat(resumeSteps()).as("where the archive stands").containsExactly(2, 2, 2, 2);
  }

  /** Whoever is done needs no slabs, but its neighbours may need those that it published. */
  @Test
  void passed_whenARunIsDone_isWhatItsNeighbourIsPast() {
    keep(0, 1, 4, 8);
    keep(1, 1, 4, 8);
    keep(2, 1, 4);
    keep(3, 1, 4);
    report(A, 0, 1, new Report.Done(Digest.ofText("x"), 1, Duration.ZERO));
    report(A, 1, 1, new Report.Done(Digest.ofText("y"), 1, Duration.ZERO));

    assertThat(checkpoints.passed(shot()))
        .contains(new Passed.Checkpoints(1, 0, STEPS), new Passed.Slabs(1, 0, 4));
    assertThat(checkpoints.stepsKept(shot())).isEqualTo(2 * STEPS + 2 * 4);
  }

  /** What came before the checkpoint is dropped, so the shot begins anew; nobody is blamed. */
  @Test
  void unusableCheckpoint_ofAResumedChunk_startsTheWholeShotAgain() {
    keep(0, 1, 4);
    keep(1, 1, 4);
    happen(StoryRules.release(story, A, checkpoints));
    lease(new Grant(0, A), new Grant(1, A));
    var unusable = new Report.Failed(ErrorCode.CHECKPOINT_UNUSABLE, "found nothing");
    var token = new LeaseToken("story-1", 0, Kind.CHUNK, 1, 2);
    assertThat(ReportRules.asksForFreshStart(story, A, new Report(token, unusable))).isTrue();
    assertThat(ReportRules.asksForFreshStart(story, B, new Report(token, unusable))).isFalse();

    assertThat(report(A, 1, 2, unusable)).isEqualTo(ReportOutcome.ACCEPTED);

    assertThat(shot().chunks()).allMatch(Waiting.class::isInstance);
    assertThat(resumeSteps()).containsOnly(0);
    assertThat(shot().chunks()).allMatch(state -> state.failures() == 0);
    assertThat(checkpoints.stepsKept(shot())).isZero();
    assertThat(checkpoints.passed(shot())).isEmpty();
  }

  /** The store is rid of its slabs: whoever waits for one would wait for ever. */
  @Test
  void begunAnew_whenTheLeaseThatAskedForItIsSuperseded_startsTheWholeShotAgain() {
    keep(0, 1, 4);
    keep(1, 1, 4);
    happen(StoryRules.release(story, A, checkpoints));
    lease(new Grant(0, A), new Grant(1, A));
    report(A, 0, 2, new Report.Failed(ErrorCode.ENGINE_FAILED, "out of luck"));
    lease(new Grant(0, B), new Grant(1, B));

    happen(ReportRules.begunAnew(story, 0));

    assertThat(shot().chunks()).allMatch(Waiting.class::isInstance);
    assertThat(resumeSteps()).containsOnly(0);
  }

  @Test
  void begunAnew_whenAllAreDoneMeanwhile_changesNothing() {
    IntStream.range(0, 4)
        .forEach(
            i ->
                report(
                    shot().chunks().get(i).isHeldBy(A) ? A : B,
                    i,
                    1,
                    new Report.Done(Digest.ofText("x" + i), 1, Duration.ZERO)));
    assertThat(shot().chunks()).allMatch(Done.class::isInstance);

    assertThat(ReportRules.begunAnew(story, 0)).isEmpty();
  }

  /** A worker cannot use the exemption to fail for ever. */
  @Test
  void unusableCheckpoint_ofAChunkThatBeganFromNoise_isAFailure() {
    var token = new LeaseToken("story-1", 0, Kind.CHUNK, 1, 1);
    var unusable = new Report.Failed(ErrorCode.CHECKPOINT_UNUSABLE, "found nothing");

    List<StoryEvent> events =
        ReportRules.report(story, A, new Report(token, unusable), checkpoints, NOW).events();

    assertThat(events.getFirst()).isInstanceOf(WorkFailed.class);
  }

  private List<CheckpointKey> archive(int chunk, int... steps) {
    return IntStream.of(steps)
        .mapToObj(step -> new CheckpointKey("story-1", 0, chunk, step))
        .toList();
  }

  /** Slabs are gone, so all go back together, and those that were done with them. */
  @Test
  void resume_afterTheLossOfAll_goesBackToTheNewestStepOfAll() {
    report(A, 0, 1, new Report.Done(Digest.ofText("x"), 1, Duration.ZERO));
    happen(StoryRules.release(story, B, checkpoints));
    var next = new CheckpointSteps();
    next.found(archive(0, 4, 6, 8));
    next.found(archive(1, 4, 6, 8));
    next.found(archive(2, 4, 6));
    next.found(archive(3, 2, 4, 6));

    happen(StoryRules.resume(story, next));

    assertThat(resumeSteps()).containsExactly(6, 6, 6, 6);
    assertThat(StoryRules.resume(story, next)).as("once more").isEmpty();
    assertThat(next.passed(shot()))
        .contains(new Passed.Archived(3, List.of(2, 4)), new Passed.Slabs(0, 0, 6));
  }

  @Test
  void resume_whenOneChunkHasNone_beginsAnew() {
    var next = new CheckpointSteps();
    next.found(archive(0, 4));
    next.found(archive(1, 4));
    next.found(archive(3, 4));

    happen(StoryRules.resume(story, next));

    assertThat(resumeSteps()).containsExactly(0, 0, 0, 0);
    assertThat(StoryRules.resume(story, next)).as("once more").isEmpty();
  }

  /** A late checkpoint of an attempt that was given up is as good as any after a loss of all. */
  @Test
  void note_ofASupersededAttempt_countsInTheArchive() {
    happen(StoryRules.release(story, A, checkpoints));
    happen(StoryRules.release(story, B, checkpoints));
    for (int chunk = 0; chunk < 4; chunk++) {
      keep(chunk, 1, 4);
    }

    happen(StoryRules.resume(story, checkpoints));

    assertThat(resumeSteps()).containsExactly(4, 4, 4, 4);
  }

  @Test
  void forget_ofAShot_forgetsItsArchive() {
    for (int chunk = 0; chunk < 4; chunk++) {
      keep(chunk, 1, 4);
    }

    checkpoints.forget(0);
    happen(StoryRules.resume(story, checkpoints));

    assertThat(resumeSteps()).containsExactly(0, 0, 0, 0);
  }

  /** Two chunks have a checkpoint and two have none. */
  @Test
  void resume_ofTheCoordinator_forgetsWhereChunksWereToGoOn() {
    keep(0, 1, 4);
    keep(1, 1, 4);
    happen(StoryRules.release(story, A, checkpoints));

    happen(StoryRules.resume(story, checkpoints));

    assertThat(resumeSteps()).containsExactly(0, 0, 0, 0);
    assertThat(shot().chunks()).allMatch(Waiting.class::isInstance);
  }
}

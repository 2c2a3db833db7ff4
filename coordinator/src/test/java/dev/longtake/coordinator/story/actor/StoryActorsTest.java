package dev.longtake.coordinator.story.actor;

import static org.assertj.core.api.Assertions.assertThat;

import com.typesafe.config.ConfigFactory;
import dev.longtake.coordinator.journal.Journal;
import dev.longtake.coordinator.story.CheckpointNews;
import dev.longtake.coordinator.story.MoveRules;
import dev.longtake.coordinator.story.StoryEvent;
import dev.longtake.coordinator.story.StoryEvent.Grant;
import dev.longtake.coordinator.story.StoryProgress;
import dev.longtake.coordinator.story.StoryProgress.Ending;
import dev.longtake.coordinator.story.WorkState.Waiting;
import dev.longtake.coordinator.story.WorkerKey;
import dev.longtake.coordinator.story.moves.Slowness;
import dev.longtake.coordinator.story.policy.FailurePolicy;
import dev.longtake.coordinator.story.vigil.Stillness;
import dev.longtake.digest.Digest;
import dev.longtake.error.ErrorCode;
import dev.longtake.latent.CheckpointKey;
import dev.longtake.lease.LeaseToken;
import dev.longtake.lease.LeaseToken.Kind;
import dev.longtake.lease.Report;
import dev.longtake.story.status.Owner;
import dev.longtake.story.status.StoryState;
import dev.longtake.story.status.StoryStatus;
import dev.longtake.testing.TestStories;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.testkit.typed.javadsl.ManualTime;
import org.apache.pekko.actor.testkit.typed.javadsl.TestProbe;
import org.apache.pekko.actor.typed.ActorRef;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Stories' actors over time. What they decide is tested with the rules. */
@Timeout(60)
class StoryActorsTest {

  private static final WorkerKey WORKER = new WorkerKey("a", "1");
  private static final Instant NOW = Instant.parse("2026-01-02T03:04:05Z");

  /** Rows are written and read as in a real journal, but kept in memory. */
  private final ActorTestKit testKit =
      ActorTestKit.create(
          ConfigFactory.parseString(
                  """
                  pekko.persistence.journal.plugin = "pekko.persistence.journal.inmem"
                  pekko.persistence.journal.inmem.test-serialization = on
                  pekko.persistence.snapshot-store.plugin = "pekko.persistence.no-snapshot-store"
                  """)
              .withFallback(ManualTime.config())
              .withFallback(Journal.config()));

  private static final Duration PROGRESS_INTERVAL = Duration.ofMillis(100);

  private static final Duration ANSWER_TIMEOUT = Duration.ofSeconds(20);
  private static final Duration PATIENCE = Duration.ofMinutes(5);

  private final ManualTime time = ManualTime.get(testKit.system());
  private final FakeStoryWork work = new FakeStoryWork();
  private final FakeBook book = new FakeBook();
  private final TestProbe<StoryProgress> news = testKit.createTestProbe();
  private final List<Boolean> shotsDone = new CopyOnWriteArrayList<>();
  private final Queue<Runnable> heldTasks = new ConcurrentLinkedQueue<>();
  private volatile boolean isHoldingTasks;
  private volatile Instant now = NOW;
  private final StorySurroundings surroundings =
      new StorySurroundings(
          work,
          it -> {
            if (it instanceof StoryNews.Stands stands) {
              news.ref().tell(stands.progress());
            }
          },
          book,
          Optional.empty(),
          new StoryMeter() {
            @Override
            public void moved(MoveRules.Why why, int chunks) {}

            @Override
            public void still(int change) {}

            @Override
            public void happened(StoryEvent event) {}

            @Override
            public void shotDone(boolean reused) {
              shotsDone.add(reused);
            }
          },
          (kind, task) -> {
            if (isHoldingTasks) {
              heldTasks.add(task);
            } else {
              task.run();
            }
          },
          () -> now,
          new StoryTimes(
              PROGRESS_INTERVAL,
              PATIENCE,
              1000,
              FailurePolicy.DEFAULT,
              Stillness.Patience.DEFAULT,
              Slowness.DEFAULT));

  @AfterEach
  void stop() {
    testKit.shutdownTestKit();
  }

  private StoryRef story() {
    return new StoryRef(
        "story-1",
        new HostedStories(
            testKit.spawn(StoryHost.create(surroundings)), testKit.system().scheduler()));
  }

  private <R> R ask(StoryRef story, Function<ActorRef<R>, StoryCommand> question) {
    TestProbe<R> probe = testKit.createTestProbe();
    story.tell(question.apply(probe.ref()));
    return probe.receiveMessage(ANSWER_TIMEOUT);
  }

  private StoryStatus status(StoryRef story) {
    StoryCommand.Standing answer = ask(story, StoryCommand.GetStatus::new);
    return answer.status().orElseThrow();
  }

  private void submit(StoryRef story, int... frameCounts) {
    StoryStatus status =
        ask(
            story,
            replyTo ->
                new StoryCommand.Submit(
                    1, TestStories.story("rosie", frameCounts), Owner.UNKNOWN, replyTo));
    assertThat(status.state()).isEqualTo(StoryState.PENDING);
  }

  private boolean lease(StoryRef story, Kind kind, int count) {
    List<Grant> grants =
        IntStream.range(0, count).mapToObj(index -> new Grant(index, WORKER)).toList();
    StoryCommand.Leased answer =
        ask(story, replyTo -> new StoryCommand.Lease(0, kind, grants, replyTo));
    return answer.isDone();
  }

  private static void say(StoryRef story, Kind kind, int index, Report.Progress progress) {
    story.tell(
        new StoryCommand.Heard(
            WORKER, new Report(new LeaseToken("story-1", 0, kind, index, 1), progress)));
  }

  private static Report.Done done(String artifact) {
    return new Report.Done(Digest.ofText(artifact), 1, Duration.ZERO);
  }

  private void plan(StoryRef story) {
    story.tell(new StoryCommand.Plan(TestStories.MODEL, TestStories.ENGINE_CLASS));
    story.tell(new StoryCommand.Plan(TestStories.MODEL, TestStories.ENGINE_CLASS));
    while (status(story).state() == StoryState.PENDING) {
      Thread.onSpinWait(); // The plan comes back through the actor's own mailbox.
    }
  }

  /** The only shot, of one chunk and one segment. */
  private void render(StoryRef story) {
    plan(story);
    assertThat(lease(story, Kind.CHUNK, 1)).isTrue();
    say(story, Kind.CHUNK, 0, done("chunk"));
    while (!lease(story, Kind.SEGMENT, 1)) {
      Thread.onSpinWait();
    }
    say(story, Kind.SEGMENT, 0, done("frames"));
  }

  private static StoryStatus end(TestProbe<StoryStatus> watcher) {
    StoryStatus last;
    do {
      last = watcher.receiveMessage();
    } while (!last.state().isEnded());
    return last;
  }

  private StoryStatus watchToTheEnd(StoryRef story) {
    TestProbe<StoryStatus> watcher = testKit.createTestProbe();
    story.tell(new StoryCommand.Watch(watcher.ref()));
    return end(watcher);
  }

  private Optional<StoryStatus> retry(StoryRef story) {
    StoryCommand.Standing answer = ask(story, StoryCommand.Retry::new);
    return answer.status();
  }

  /** From submission to film: every task is asked for once, and the watcher sees the end. */
  @Test
  void story_ofOneShot_comesToItsEndAndStops() {
    StoryRef story = story();
    TestProbe<StoryStatus> watcher = testKit.createTestProbe();
    submit(story, 9);
    story.tell(new StoryCommand.Watch(watcher.ref()));
    render(story);

    StoryStatus last = end(watcher);
    assertThat(last.state()).isEqualTo(StoryState.SUCCEEDED);
    assertThat(work.calls)
        .containsOnlyOnce("known", "join 0", "forget 0", "remember 0", "assemble");
    assertThat(shotsDone).containsExactly(false);
    assertThat(status(story)).isEqualTo(last);
  }

  /**
   * The actor of an ended story is gone when its end is known. A question wakes another one, which
   * answers the next question too, and goes when nobody has asked for a while.
   */
  @Test
  void story_thatHasEnded_isReadFromTheJournalWhenAsked() {
    StoryRef story = story();
    submit(story, 9);
    StoryCommand.Standing cancelled = ask(story, StoryCommand.Cancel::new);
    StoryStatus end = cancelled.status().orElseThrow();
    assertThat(news.receiveMessage().isOpen()).isTrue();
    StoryProgress ended = news.receiveMessage();
    assertThat(ended.ending()).isEqualTo(new Ending.Cancelled(NOW));

    assertThat(status(story)).isEqualTo(end);
    assertThat(news.receiveMessage()).as("another one read the journal").isEqualTo(ended);

    assertThat(lease(story, Kind.CHUNK, 1)).isFalse();
    assertThat(status(story)).isEqualTo(end);
    news.expectNoMessage(Duration.ZERO); // It is still there.

    time.timePasses(Departure.IDLE_TIME);
    // The second one answers what overtakes its going; the third reads the journal.
    news.awaitAssert(
        () -> {
          assertThat(status(story)).isEqualTo(end);
          return assertThat(news.receiveMessage(Duration.ofMillis(100))).isEqualTo(ended);
        });
  }

  @Test
  void steps_ofManyReports_areOneView() {
    StoryRef story = story();
    TestProbe<StoryStatus> watcher = testKit.createTestProbe();
    submit(story, 9);
    story.tell(new StoryCommand.Plan(TestStories.MODEL, TestStories.ENGINE_CLASS));
    while (status(story).state() == StoryState.PENDING) {
      Thread.onSpinWait();
    }
    assertThat(lease(story, Kind.CHUNK, 1)).isTrue();
    story.tell(new StoryCommand.Watch(watcher.ref()));
    assertThat(stepsDone(watcher.receiveMessage())).isZero();

    say(story, Kind.CHUNK, 0, new Report.Running(1, false));
    say(story, Kind.CHUNK, 0, new Report.Running(2, false));
    assertThat(stepsDone(status(story))).isEqualTo(2);
    time.timePasses(PROGRESS_INTERVAL);

    assertThat(stepsDone(watcher.receiveMessage())).isEqualTo(2);
    watcher.expectNoMessage(Duration.ZERO);
  }

  private static int stepsDone(StoryStatus status) {
    return status.shots().getFirst().counts().steps().done();
  }

  /** Lists say how it ended before its watchers hear it, and before its actor goes. */
  @Test
  void end_isInTheBookBeforeItIsTold() {
    StoryRef story = story();
    TestProbe<StoryStatus> watcher = testKit.createTestProbe();
    submit(story, 9);
    story.tell(new StoryCommand.Watch(watcher.ref()));
    assertThat(watcher.receiveMessage().state().isEnded()).isFalse();
    book.holdBack();

    TestProbe<StoryCommand.Standing> cancelled = testKit.createTestProbe();
    story.tell(new StoryCommand.Cancel(cancelled.ref()));

    StoryStatus end = status(story);
    assertThat(end.state()).as("its actor is still there").isEqualTo(StoryState.CANCELLED);
    watcher.expectNoMessage(Duration.ZERO);
    cancelled.expectNoMessage(Duration.ZERO);
    assertThat(book.last().state()).isEqualTo(StoryState.CANCELLED);
    book.write();
    assertThat(watcher.receiveMessage()).isEqualTo(end);
    assertThat(cancelled.receiveMessage().status()).contains(end);
  }

  /** What a coordinator that was lost could not write is written by the next one. */
  @Test
  void end_thatTheBookMissed_isToldAgainByWhoeverReadsTheJournal() {
    StoryRef story = story();
    submit(story, 9);
    StoryCommand.Standing cancelled = ask(story, StoryCommand.Cancel::new);
    assertThat(cancelled.status()).isPresent();
    int before = book.size();

    story().tell(new StoryCommand.Restate());

    news.awaitAssert(() -> assertThat(book.size()).isGreaterThan(before));
    assertThat(book.last().state()).isEqualTo(StoryState.CANCELLED);
  }

  /** As another coordinator does: it reads the journal, and the archive, and goes on from there. */
  @Test
  void story_inMidShot_goesOnElsewhereFromWhatTheArchiveHolds() {
    StoryRef story = story();
    int chunks = leaseAll(story);
    work.kept = checkpoints(chunks, 1);

    StoryRef next = story();
    next.tell(new StoryCommand.Restate());

    assertThat(resumeSteps(awaitResumed())).hasSize(chunks).containsOnly(1);
    assertThat(lease(next, Kind.CHUNK, chunks)).isTrue();
  }

  /** Beginning anew would cost what is kept; the archive may answer in a moment. */
  @Test
  void story_whoseArchiveDoesNotAnswer_waitsForIt() {
    StoryRef story = story();
    int chunks = leaseAll(story);
    work.kept = null;
    StoryRef next = story();
    next.tell(new StoryCommand.Restate());
    news.awaitAssert(() -> assertThat(work.calls).contains("find checkpoints"));

    assertThat(lease(next, Kind.CHUNK, chunks)).as("leased before it goes on").isFalse();
    work.kept = checkpoints(chunks, 1);
    time.timePasses(Recovery.PAUSE);

    assertThat(resumeSteps(awaitResumed())).hasSize(chunks).containsOnly(1);
    assertThat(lease(next, Kind.CHUNK, chunks)).isTrue();
  }

  private int leaseAll(StoryRef story) {
    submit(story, 30);
    plan(story);
    int chunks = status(story).shots().getFirst().counts().chunks().total();
    assertThat(chunks).isGreaterThan(1);
    assertThat(lease(story, Kind.CHUNK, chunks)).isTrue();
    return chunks;
  }

  /** What is said once chunks that were leased wait again. */
  private StoryProgress awaitResumed() {
    StoryProgress last;
    do {
      last = news.receiveMessage();
    } while (last.shots().isEmpty()
        || last.shots().getFirst().chunks().getFirst().attempt() == 0
        || resumeSteps(last).isEmpty());
    return last;
  }

  private static List<CheckpointKey> checkpoints(int chunks, int step) {
    return IntStream.range(0, chunks)
        .mapToObj(chunk -> new CheckpointKey("story-1", 0, chunk, step))
        .toList();
  }

  /** Of the chunks that wait. */
  private static List<Integer> resumeSteps(StoryProgress story) {
    return story.shots().getFirst().chunks().stream()
        .filter(Waiting.class::isInstance)
        .map(chunk -> ((Waiting) chunk).resumeStep())
        .toList();
  }

  /** A report of a story that nobody submitted wakes no actor; a question does, for a while. */
  @Test
  void story_thatNobodySubmitted_keepsNoActor() {
    StoryRef story = story();
    story.stories().tellOpen("story-1", new StoryCommand.ReleaseWorker(WORKER, true));
    StoryCommand.Standing none = ask(story, StoryCommand.GetStatus::new);
    assertThat(none.status()).isEmpty();
    assertThat(testKit.system().printTree()).contains("story-1");

    time.timePasses(Departure.IDLE_TIME);

    news.awaitAssert(() -> assertThat(testKit.system().printTree()).doesNotContain("story-1"));
  }

  /** A wish waits for the next checkpoint, from which the chunk goes on elsewhere. */
  @Test
  void move_wishedBetweenCheckpoints_happensAtTheNextOne() {
    StoryRef story = story();
    submit(story, 9);
    plan(story);
    assertThat(lease(story, Kind.CHUNK, 1)).isTrue();
    story.tell(new StoryCommand.Move(WORKER, MoveRules.Why.DRAINS));
    assertThat(lease(story, Kind.CHUNK, 1)).as("it has kept nothing").isFalse();

    say(story, Kind.CHUNK, 0, new Report.Running(1, false));
    story.tell(
        new StoryCommand.CheckpointTaken(
            new LeaseToken("story-1", 0, Kind.CHUNK, 0, 1), 1, CheckpointNews.STORED));

    assertThat(resumeSteps(awaitResumed())).containsExactly(1);
    assertThat(lease(story, Kind.CHUNK, 1)).isTrue();
  }

  /** Some of its slabs may be gone, and whoever asked for it has lost its lease. */
  @Test
  void shot_thatTheStoreCouldNotBeRidOf_beginsAnewAfterAPause() {
    work.failures.add("forget 0");
    StoryRef story = story();
    submit(story, 9);
    plan(story);
    assertThat(lease(story, Kind.CHUNK, 1)).isTrue();
    story.tell(
        new StoryCommand.CheckpointTaken(
            new LeaseToken("story-1", 0, Kind.CHUNK, 0, 1), 1, CheckpointNews.STORED));
    story.tell(new StoryCommand.ReleaseWorker(WORKER, false));
    assertThat(resumeSteps(awaitResumed())).containsExactly(1);
    assertThat(lease(story, Kind.CHUNK, 1)).isTrue();
    story.tell(
        new StoryCommand.Heard(
            WORKER,
            new Report(
                new LeaseToken("story-1", 0, Kind.CHUNK, 0, 2),
                new Report.Failed(ErrorCode.CHECKPOINT_UNUSABLE, "damaged"))));
    story.tell(new StoryCommand.ReleaseWorker(WORKER, false));
    assertThat(lease(story, Kind.CHUNK, 1)).isTrue();
    assertThat(status(story).state())
        .as("the failure is heard by now")
        .isEqualTo(StoryState.RUNNING);

    time.timePasses(Recovery.PAUSE);

    StoryProgress anew;
    do {
      anew = news.receiveMessage(ANSWER_TIMEOUT);
    } while (!resumeSteps(anew).equals(List.of(0)));
    assertThat(work.calls).filteredOn("forget 0"::equals).hasSize(2);
    assertThat(lease(story, Kind.CHUNK, 1)).isTrue();
    time.timePasses(Recovery.PAUSE);
    assertThat(lease(story, Kind.CHUNK, 1)).as("it is still leased").isFalse();
  }

  /** Its frames are there: nothing is leased or joined again. */
  @Test
  void retry_afterAFailedAssembly_assemblesAgain() {
    work.assemblyFailures.set(1);
    StoryRef story = story();
    submit(story, 9);
    render(story);
    StoryStatus failed = watchToTheEnd(story);
    assertThat(failed.failure())
        .contains(new StoryStatus.Failure("caller.file_unusable", "assembling the film: no room"));

    assertThat(retry(story).orElseThrow().state()).isEqualTo(StoryState.RUNNING);

    assertThat(watchToTheEnd(story).state()).isEqualTo(StoryState.SUCCEEDED);
    assertThat(work.calls).containsOnlyOnce("known", "join 0");
    assertThat(work.calls).filteredOn("assemble"::equals).hasSize(2);
    assertThat(book.last().state()).isEqualTo(StoryState.SUCCEEDED);
    assertThat(retry(story)).as("it has succeeded").isEmpty();
  }

  @Test
  void story_whoseEngineClassHasLeft_isPlannedForAnother() {
    StoryRef story = story();
    submit(story, 9);
    plan(story);

    story.tell(new StoryCommand.Unpin("another-1"));
    assertThat(status(story).state()).as("it is not pinned to that").isEqualTo(StoryState.RUNNING);
    story.tell(new StoryCommand.Unpin(TestStories.ENGINE_CLASS));
    assertThat(status(story).state()).isEqualTo(StoryState.PENDING);

    story.tell(new StoryCommand.Plan(TestStories.MODEL, "another-1"));
    awaitState(story, StoryState.RUNNING);
    assertThat(status(story).renderers().engineClass()).isEqualTo("another-1");
    assertThat(lease(story, Kind.CHUNK, 1)).isTrue();
    story.tell(new StoryCommand.Unpin("another-1"));
    assertThat(status(story).state()).as("it has begun").isEqualTo(StoryState.RUNNING);
  }

  @Test
  void task_whileTheStoreIsAway_isTriedAgain() {
    work.failures.addAll(List.of("known", "join 0", "assemble"));
    StoryRef story = story();
    submit(story, 9);
    story.tell(new StoryCommand.Plan(TestStories.MODEL, TestStories.ENGINE_CLASS));
    passThePauseAfter(story, "known");
    awaitState(story, StoryState.RUNNING);
    assertThat(lease(story, Kind.CHUNK, 1)).isTrue();
    say(story, Kind.CHUNK, 0, done("chunk"));
    passThePauseAfter(story, "join 0");
    while (!lease(story, Kind.SEGMENT, 1)) {
      Thread.onSpinWait();
    }
    say(story, Kind.SEGMENT, 0, done("frames"));
    passThePauseAfter(story, "assemble");
    awaitState(story, StoryState.SUCCEEDED);

    for (String call : List.of("known", "join 0", "assemble")) {
      assertThat(work.calls).filteredOn(call::equals).hasSize(2);
    }
  }

  /** Once it has failed, the pause begins before its actor answers the next question. */
  private void passThePauseAfter(StoryRef story, String call) {
    while (!work.calls.contains(call)) {
      Thread.onSpinWait();
    }
    assertThat(status(story).state().isEnded()).isFalse();
    time.timePasses(
        TaskRunner.BACKOFF.first()); // No longer: the journal's calls have timeouts too.
  }

  private void awaitState(StoryRef story, StoryState state) {
    while (status(story).state() != state) {
      Thread.onSpinWait();
    }
  }

  @Test
  void task_whileTheStoreIsAwayForTooLong_endsTheStory() {
    work.failures.addAll(List.of("known", "known"));
    StoryRef story = story();
    submit(story, 9);
    story.tell(new StoryCommand.Plan(TestStories.MODEL, TestStories.ENGINE_CLASS));
    assertThat(status(story).state()).isEqualTo(StoryState.PENDING);
    now = NOW.plus(PATIENCE);
    passThePauseAfter(story, "known");
    awaitState(story, StoryState.FAILED);

    assertThat(status(story).failure())
        .contains(new StoryStatus.Failure("busy.unavailable", "planning: the store is away"));
  }

  /** What is dropped late would take slabs of the new beginning along. */
  @Test
  void retry_whileTheStoreIsNotRidOfTheStory_waits() {
    StoryRef story = story();
    submit(story, 9);
    plan(story);
    isHoldingTasks = true;
    for (int attempt = 1; attempt <= 3; attempt++) {
      assertThat(lease(story, Kind.CHUNK, 1)).isTrue();
      story.tell(
          new StoryCommand.Heard(
              WORKER,
              new Report(
                  new LeaseToken("story-1", 0, Kind.CHUNK, 0, attempt),
                  new Report.Failed(ErrorCode.ENGINE_FAILED, "out of memory"))));
    }
    assertThat(watchToTheEnd(story).state()).isEqualTo(StoryState.FAILED);

    TestProbe<StoryCommand.Standing> retried = testKit.createTestProbe();
    story.tell(new StoryCommand.Retry(retried.ref()));
    assertThat(status(story).state()).isEqualTo(StoryState.FAILED);
    isHoldingTasks = false;
    heldTasks.forEach(Runnable::run);

    assertThat(retried.receiveMessage().status().orElseThrow().state())
        .isEqualTo(StoryState.RUNNING);
    assertThat(lease(story, Kind.CHUNK, 1)).isTrue();
    time.timePasses(Departure.IDLE_TIME);
    assertThat(lease(story, Kind.CHUNK, 1)).as("it is still leased").isFalse();
  }

  /** A story that was read from the journal to answer does not go when it is told to go on. */
  @Test
  void retry_ofAStoryThatWasWoken_stays() {
    work.assemblyFailures.set(1);
    StoryRef story = story();
    submit(story, 9);
    render(story);
    watchToTheEnd(story);
    while (testKit.system().printTree().contains("story-1")) {
      Thread.onSpinWait();
    }
    assertThat(status(story).state()).isEqualTo(StoryState.FAILED);
    isHoldingTasks = true;

    assertThat(retry(story)).isPresent();
    time.timePasses(Departure.IDLE_TIME);
    assertThat(testKit.system().printTree()).contains("story-1");
    isHoldingTasks = false;
    heldTasks.forEach(Runnable::run);

    assertThat(watchToTheEnd(story).state()).isEqualTo(StoryState.SUCCEEDED);
  }
}

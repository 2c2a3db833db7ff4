package dev.longtake.coordinator;

import static org.assertj.core.api.Assertions.assertThat;

import com.typesafe.config.ConfigFactory;
import dev.longtake.coordinator.journal.Journal;
import dev.longtake.coordinator.story.CheckpointSteps;
import dev.longtake.coordinator.story.MoveRules;
import dev.longtake.coordinator.story.ShotProgress;
import dev.longtake.coordinator.story.ShotResult;
import dev.longtake.coordinator.story.StoryEvent;
import dev.longtake.coordinator.story.StoryEvent.KnownShot;
import dev.longtake.coordinator.story.StoryProgress;
import dev.longtake.coordinator.story.StoryTask;
import dev.longtake.coordinator.story.actor.HostedStories;
import dev.longtake.coordinator.story.actor.Stories;
import dev.longtake.coordinator.story.actor.StoryCommand;
import dev.longtake.coordinator.story.actor.StoryHost;
import dev.longtake.coordinator.story.actor.StoryMeter;
import dev.longtake.coordinator.story.actor.StorySurroundings;
import dev.longtake.coordinator.story.actor.StoryTimes;
import dev.longtake.coordinator.story.actor.StoryWork;
import dev.longtake.coordinator.story.moves.Slowness;
import dev.longtake.coordinator.story.policy.FailurePolicy;
import dev.longtake.coordinator.story.vigil.Stillness;
import dev.longtake.digest.Digest;
import dev.longtake.latent.CheckpointKey;
import dev.longtake.plan.StoryPlan;
import dev.longtake.story.status.FilmFile;
import dev.longtake.story.status.Owner;
import dev.longtake.story.status.StoryState;
import dev.longtake.story.status.StoryStatus;
import dev.longtake.testing.TestStories;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.function.BooleanSupplier;
import java.util.stream.IntStream;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** That no task of a story waits for one of another kind. */
@Timeout(60)
class StoryThreadsTest {

  private static final int FILMS = 2;
  private static final Duration ANSWER_TIMEOUT = Duration.ofSeconds(30);

  private final StoryThreads threads =
      new StoryThreads(
          new CoordinatorConfig.Film(FILMS, 1, 10, Duration.ofMinutes(1)), Duration.ZERO);
  private final ActorTestKit testKit =
      ActorTestKit.create(
          ConfigFactory.parseString(
                  """
                  pekko.persistence.journal.plugin = "pekko.persistence.journal.inmem"
                  pekko.persistence.snapshot-store.plugin = "pekko.persistence.no-snapshot-store"
                  """)
              .withFallback(Journal.config()));
  private final SlowFilms work = new SlowFilms();

  @AfterEach
  void close() throws InterruptedException {
    work.mayEnd.countDown();
    testKit.shutdownTestKit();
    threads.stop();
  }

  /**
   * Stories whose names are {@code known...} were rendered before; films take until they may end.
   */
  private static final class SlowFilms implements StoryWork {
    final CountDownLatch begun = new CountDownLatch(FILMS);
    final CountDownLatch mayEnd = new CountDownLatch(1);

    @Override
    public void requireRoom(StoryPlan plan, List<KnownShot> known) {}

    @Override
    public List<KnownShot> findKnown(String tenant, StoryPlan plan) {
      Digest digest = Digest.ofText("known");
      return plan.story().name().startsWith("known")
          ? plan.shots().stream()
              .map(
                  shot ->
                      new KnownShot(
                          shot.shotIndex(),
                          new ShotResult(
                              digest,
                              shot.segments().segments().stream().map(segment -> digest).toList())))
              .toList()
          : List.of();
    }

    @Override
    public List<CheckpointKey> findCheckpoints(String storyId) {
      return List.of();
    }

    @Override
    public Digest joinShot(ShotProgress shot) {
      throw new IllegalStateException("nothing is rendered");
    }

    @Override
    public void rememberShot(String tenant, ShotProgress shot) {}

    @Override
    public void forgetLatents(String storyId, int shotIndex) {}

    @Override
    public void forgetPassed(String storyId, int shotIndex, List<CheckpointSteps.Passed> passed) {}

    @Override
    public FilmFile cutClip(StoryProgress story, ShotProgress shot, BooleanSupplier isUnwanted) {
      return new FilmFile("shots/a.mp4", Digest.ofText("clip"), 1);
    }

    @Override
    public List<FilmFile> assembleFilm(StoryProgress story, BooleanSupplier isUnwanted) {
      begun.countDown();
      try {
        mayEnd.await();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
      return List.of(new FilmFile("film.mp4", Digest.ofText("film"), 1));
    }
  }

  private Stories stories() {
    var surroundings =
        new StorySurroundings(
            work,
            news -> {},
            (line, eventCount, onWritten) -> onWritten.run(),
            Optional.empty(),
            new StoryMeter() {
              @Override
              public void moved(MoveRules.Why why, int chunks) {}

              @Override
              public void still(int change) {}

              @Override
              public void happened(StoryEvent event) {}

              @Override
              public void shotDone(boolean reused) {}
            },
            threads,
            InstantSource.system(),
            new StoryTimes(
                Duration.ofMillis(100),
                Duration.ofMinutes(1),
                1000,
                FailurePolicy.DEFAULT,
                Stillness.Patience.DEFAULT,
                Slowness.DEFAULT));
    return new HostedStories(testKit.spawn(StoryHost.create(surroundings)), testKit.scheduler());
  }

  private static void submit(Stories stories, String name)
      throws InterruptedException, ExecutionException {
    StoryStatus status =
        stories
            .<StoryStatus>ask(
                name,
                replyTo ->
                    new StoryCommand.Submit(1, TestStories.story(name, 9), Owner.UNKNOWN, replyTo),
                ANSWER_TIMEOUT)
            .toCompletableFuture()
            .get();
    assertThat(status.state()).isEqualTo(StoryState.PENDING);
    stories.tell(name, new StoryCommand.Plan(TestStories.MODEL, TestStories.ENGINE_CLASS));
  }

  private static StoryState state(Stories stories, String name)
      throws InterruptedException, ExecutionException {
    StoryCommand.Standing standing =
        stories
            .<StoryCommand.Standing>ask(name, StoryCommand.GetStatus::new, ANSWER_TIMEOUT)
            .toCompletableFuture()
            .get();
    return standing.status().orElseThrow().state();
  }

  @Test
  void plan_whileEveryFilmThreadIsBusy_isMadeAtOnce() throws Exception {
    Stories stories = stories();
    for (int i = 0; i < FILMS; i++) {
      submit(stories, "known" + i);
    }
    work.begun.await();
    submit(stories, "new");

    while (state(stories, "new") == StoryState.PENDING) {
      Thread.onSpinWait();
    }

    assertThat(work.mayEnd.getCount()).as("no film has ended").isEqualTo(1);
  }

  @Test
  void run_ofEveryKind_isNotHeldUpByTheOthers() throws Exception {
    for (StoryTask.Kind busy : StoryTask.Kind.values()) {
      var mayEnd = new CountDownLatch(1);
      IntStream.range(0, 100).forEach(i -> threads.run(busy, () -> await(mayEnd)));
      for (StoryTask.Kind other : StoryTask.Kind.values()) {
        if (other != busy) {
          var hasRun = new CountDownLatch(1);
          threads.run(other, hasRun::countDown);
          hasRun.await();
        }
      }
      mayEnd.countDown();
    }
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}

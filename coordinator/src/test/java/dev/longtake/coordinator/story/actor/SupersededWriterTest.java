package dev.longtake.coordinator.story.actor;

import static org.assertj.core.api.Assertions.assertThat;

import dev.longtake.coordinator.database.Database;
import dev.longtake.coordinator.database.PostgresSettings;
import dev.longtake.coordinator.journal.Journal;
import dev.longtake.coordinator.story.MoveRules;
import dev.longtake.coordinator.story.StoryEvent;
import dev.longtake.coordinator.story.StoryEvent.Grant;
import dev.longtake.coordinator.story.WorkerKey;
import dev.longtake.coordinator.story.actor.StoryCommand.Standing;
import dev.longtake.coordinator.story.moves.Slowness;
import dev.longtake.coordinator.story.policy.FailurePolicy;
import dev.longtake.coordinator.story.vigil.Stillness;
import dev.longtake.lease.LeaseToken.Kind;
import dev.longtake.story.status.Owner;
import dev.longtake.story.status.StoryState;
import dev.longtake.story.status.StoryStatus;
import dev.longtake.testing.TestPostgres;
import dev.longtake.testing.TestStories;
import java.sql.ResultSet;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.apache.pekko.actor.BootstrapSetup;
import org.apache.pekko.actor.setup.ActorSystemSetup;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.testkit.typed.javadsl.ManualTime;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.japi.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Two coordinators, each of which takes a story for its own: as when one was frozen or cut off, the
 * story went on at the other, and the first one wakes up.
 */
@Timeout(120)
class SupersededWriterTest {

  private static final String STORY = "story-1";
  private static final int SNAPSHOT_EVENTS = 2;
  private static final Duration ANSWER_TIMEOUT = Duration.ofSeconds(20);

  private final PostgresSettings settings =
      new PostgresSettings(
          TestPostgres.newDatabase(),
          TestPostgres.USER,
          Optional.of(TestPostgres.PASSWORD),
          Optional.empty());
  private final Coordinator first = new Coordinator("first");
  private final Coordinator second = new Coordinator("second");

  /** One of them; its timers run when it is told that time passes. */
  private final class Coordinator {
    final Database database = Journal.open(settings);
    final List<StoryNews> news = new CopyOnWriteArrayList<>();
    final ActorTestKit testKit;
    final ManualTime time;
    final Stories stories;
    volatile Instant now = Instant.EPOCH;

    Coordinator(String name) {
      ActorSystem<Void> system =
          ActorSystem.create(
              Behaviors.empty(),
              name,
              ActorSystemSetup.create(
                  BootstrapSetup.create(ManualTime.config().withFallback(Journal.config())),
                  Journal.in(database)));
      testKit = ActorTestKit.create(system);
      time = ManualTime.get(system);
      stories =
          new HostedStories(
              testKit.spawn(
                  StoryHost.create(
                      new StorySurroundings(
                          new FakeStoryWork(),
                          news::add,
                          new FakeBook(),
                          Optional.of(name),
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
                          (kind, task) -> task.run(),
                          () -> now,
                          new StoryTimes(
                              Duration.ofSeconds(1),
                              Duration.ZERO,
                              SNAPSHOT_EVENTS,
                              FailurePolicy.DEFAULT,
                              Stillness.Patience.DEFAULT,
                              Slowness.DEFAULT)))),
              testKit.scheduler());
    }

    StoryState cancel() throws Exception {
      Standing answer = ask(StoryCommand.Cancel::new);
      return answer.status().orElseThrow().state();
    }

    Optional<StoryStatus> status() throws Exception {
      Standing answer = ask(StoryCommand.GetStatus::new);
      return answer.status();
    }

    <R> R ask(Function<ActorRef<R>, StoryCommand> question) throws Exception {
      return stories
          .ask(STORY, question, ANSWER_TIMEOUT)
          .toCompletableFuture()
          .get(ANSWER_TIMEOUT.toSeconds(), TimeUnit.SECONDS);
    }

    /** Until it has read the journal again, after pauses that the test lets pass. */
    void awaitLoss() {
      while (!news.contains(new StoryNews.Left(STORY))) {
        now = now.plusSeconds(60);
        time.timePasses(Duration.ofSeconds(1));
      }
    }

    void render() throws Exception {
      while (status().orElseThrow().state() == StoryState.PENDING) {
        stories.tell(STORY, new StoryCommand.Plan(TestStories.MODEL, TestStories.ENGINE_CLASS));
      }
      var grants = List.of(new Grant(0, new WorkerKey("a", "boot-1")));
      StoryCommand.Leased leased =
          ask(replyTo -> new StoryCommand.Lease(0, Kind.CHUNK, grants, replyTo));
      assertThat(leased.isDone()).isTrue();
    }

    void close() {
      testKit.shutdownTestKit();
      database.close();
    }
  }

  @AfterEach
  void close() {
    first.close();
    second.close();
  }

  private List<String> numbersIn(String table) {
    return first.database.call(
        connection -> {
          List<String> numbers = new ArrayList<>();
          try (Statement statement = connection.createStatement();
              ResultSet rows =
                  statement.executeQuery(
                      "SELECT sequence_number FROM " + table + " ORDER BY sequence_number")) {
            while (rows.next()) {
              numbers.add(rows.getString(1));
            }
          }
          return numbers;
        });
  }

  private void submit(Coordinator to) throws Exception {
    StoryStatus status =
        to.ask(
            replyTo ->
                new StoryCommand.Submit(1, TestStories.story("rosie", 9), Owner.UNKNOWN, replyTo));
    assertThat(status.state()).isEqualTo(StoryState.PENDING);
  }

  @Test
  void write_ofACoordinatorThatWokeUp_isRefusedAndItStops() throws Exception {
    submit(first);
    assertThat(second.status()).isPresent(); // Claims the story.

    CompletionStage<Standing> refused =
        first.stories.ask(STORY, StoryCommand.Cancel::new, ANSWER_TIMEOUT);

    first.awaitLoss();
    assertThat(refused.toCompletableFuture()).isNotDone();
    assertThat(second.status().orElseThrow().state()).isEqualTo(StoryState.PENDING);
    assertThat(second.cancel()).isEqualTo(StoryState.CANCELLED);
    assertThat(numbersIn("event_journal"))
        .as("submitted, claimed, cancelled")
        .containsExactly("1", "2", "3");

    first
        .testKit
        .createTestProbe()
        .awaitAssert(
            () -> assertThat(numbersIn("snapshot")).as("of the claim").containsExactly("2"));

    first.time.timePasses(Departure.LOST_TIME);
    first
        .testKit
        .createTestProbe()
        .awaitAssert(() -> assertThat(first.testKit.system().printTree()).doesNotContain(STORY));
    assertThat(first.status().orElseThrow().state())
        .as("a new actor reads what the other one wrote")
        .isEqualTo(StoryState.CANCELLED);
  }

  /** Nothing that comes to it says that another one has claimed the story, and is gone perhaps. */
  @Test
  void still_storyThatAnotherHasClaimed_isLostWithoutAWordFromAnybody() throws Exception {
    submit(first);
    first.render();
    assertThat(second.status().orElseThrow().state()).isEqualTo(StoryState.RUNNING);

    first.awaitLoss();

    assertThat(second.status().orElseThrow().state()).isEqualTo(StoryState.RUNNING);
  }
}

package dev.longtake.coordinator.story.actor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.longtake.coordinator.LogLines;
import dev.longtake.coordinator.database.Database;
import dev.longtake.coordinator.journal.Journal;
import dev.longtake.coordinator.story.MoveRules;
import dev.longtake.coordinator.story.StoryEvent;
import dev.longtake.coordinator.story.StoryEvent.Grant;
import dev.longtake.coordinator.story.StoryProgress;
import dev.longtake.coordinator.story.WorkerKey;
import dev.longtake.coordinator.story.actor.StoryCommand.Leased;
import dev.longtake.coordinator.story.actor.StoryCommand.Standing;
import dev.longtake.coordinator.story.moves.Slowness;
import dev.longtake.coordinator.story.policy.FailurePolicy;
import dev.longtake.coordinator.story.vigil.Stillness;
import dev.longtake.lease.LeaseToken.Kind;
import dev.longtake.story.status.Owner;
import dev.longtake.story.status.StoryState;
import dev.longtake.story.status.StoryStatus;
import dev.longtake.testing.TestStories;
import java.nio.file.Path;
import java.sql.ResultSet;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.apache.pekko.actor.BootstrapSetup;
import org.apache.pekko.actor.setup.ActorSystemSetup;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.testkit.typed.javadsl.TestProbe;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A long story in the embedded journal, read again from a snapshot and what followed it. */
@Timeout(120)
class StorySnapshotTest {

  private static final WorkerKey WORKER = new WorkerKey("a", "1");
  private static final int SNAPSHOT_EVENTS = 10;
  private static final Duration ANSWER_TIMEOUT = Duration.ofSeconds(20);

  @TempDir private Path folder;

  private Database database;
  private ActorTestKit testKit;
  private TestProbe<StoryProgress> news;

  private void open() {
    database = Journal.open(folder, false);
    testKit =
        ActorTestKit.create(
            ActorSystem.create(
                Behaviors.empty(),
                "test",
                ActorSystemSetup.create(
                    BootstrapSetup.create(Journal.config()), Journal.in(database))));
    news = testKit.createTestProbe();
  }

  @AfterEach
  void close() {
    testKit.shutdownTestKit();
    database.close();
  }

  /** Another actor for the same story, as where it goes on elsewhere. */
  private StoryRef story() {
    StoryMeter meter =
        new StoryMeter() {
          @Override
          public void moved(MoveRules.Why why, int chunks) {}

          @Override
          public void still(int change) {}

          @Override
          public void happened(StoryEvent event) {}

          @Override
          public void shotDone(boolean reused) {}
        };
    var surroundings =
        new StorySurroundings(
            new FakeStoryWork(),
            it -> {
              if (it instanceof StoryNews.Stands stands) {
                news.ref().tell(stands.progress());
              }
            },
            new FakeBook(),
            Optional.empty(),
            meter,
            (kind, task) -> task.run(),
            InstantSource.fixed(Instant.EPOCH),
            new StoryTimes(
                Duration.ofSeconds(1),
                Duration.ZERO,
                SNAPSHOT_EVENTS,
                FailurePolicy.DEFAULT,
                Stillness.Patience.DEFAULT,
                Slowness.DEFAULT));
    return new StoryRef(
        "story-1",
        new HostedStories(testKit.spawn(StoryHost.create(surroundings)), testKit.scheduler()));
  }

  private <R> R ask(StoryRef story, Function<ActorRef<R>, StoryCommand> question) {
    TestProbe<R> probe = testKit.createTestProbe();
    story.tell(question.apply(probe.ref()));
    return probe.receiveMessage(ANSWER_TIMEOUT);
  }

  private StoryStatus status(StoryRef story) {
    Standing answer = ask(story, StoryCommand.GetStatus::new);
    return answer.status().orElseThrow();
  }

  /** Leases and takes back one chunk until there are three snapshots, and a few events more. */
  private StoryProgress makeLong() {
    StoryRef story = story();
    StoryStatus submitted =
        ask(
            story,
            replyTo ->
                new StoryCommand.Submit(1, TestStories.story("rosie", 9), Owner.UNKNOWN, replyTo));
    assertThat(submitted.state()).isEqualTo(StoryState.PENDING);
    story.tell(new StoryCommand.Plan(TestStories.MODEL, TestStories.ENGINE_CLASS));
    while (status(story).state() == StoryState.PENDING) {
      Thread.onSpinWait(); // The plan comes back through the actor's own mailbox.
    }
    StoryProgress last = news.receiveMessage();
    while (last.eventCount() < 3 * SNAPSHOT_EVENTS + 3) {
      Leased answer =
          ask(
              story,
              replyTo ->
                  new StoryCommand.Lease(0, Kind.CHUNK, List.of(new Grant(0, WORKER)), replyTo));
      assertThat(answer.isDone()).isTrue();
      story.tell(new StoryCommand.ReleaseWorker(WORKER, false));
      last = await(story, answer.version());
    }
    return last;
  }

  /** How it stands after everything that it was told. */
  private StoryProgress await(StoryRef story, long leased) {
    assertThat(status(story).state()).isEqualTo(StoryState.RUNNING);
    StoryProgress last;
    do {
      last = news.receiveMessage();
    } while (last.eventCount() <= leased);
    return last;
  }

  private long count(String what) {
    return database.call(
        connection -> {
          try (Statement statement = connection.createStatement();
              ResultSet rows = statement.executeQuery("SELECT " + what)) {
            rows.next();
            return rows.getLong(1);
          }
        });
  }

  private int update(String command) {
    return database.call(
        connection -> {
          try (Statement statement = connection.createStatement()) {
            return statement.executeUpdate(command);
          }
        });
  }

  /** Snapshots are written beside the events' flow: the last one has come, the others are gone. */
  private void awaitSnapshot(long event) {
    news.awaitAssert(
        () ->
            assertThat(
                    List.of(
                        count("MAX(\"sequence_number\") FROM \"snapshot\""),
                        count("COUNT(*) FROM \"snapshot\"")))
                .containsExactly(event, 1L));
  }

  private StoryProgress readAgain() {
    news = testKit.createTestProbe();
    assertThat(status(story()).state()).isEqualTo(StoryState.RUNNING);
    return news.receiveMessage();
  }

  @Test
  void story_isReadFromItsSnapshotAndTheEventsAfterIt() {
    open();
    StoryProgress before = makeLong();
    long snapshot = before.eventCount() / SNAPSHOT_EVENTS * SNAPSHOT_EVENTS;
    awaitSnapshot(snapshot);
    assertThat(count("COUNT(*) FROM \"event_journal\"")).isEqualTo(before.eventCount());
    assertThat(readAgain()).isEqualTo(before);
    close();

    open();
    assertThat(update("DELETE FROM \"event_journal\" WHERE \"sequence_number\" < " + snapshot))
        .isEqualTo(snapshot - 1);

    assertThat(readAgain()).as("without what came before the snapshot").isEqualTo(before);
  }

  @Test
  void snapshot_thatCannotBeRead_isDoneWithoutAndItIsSaid() {
    open();
    StoryProgress before = makeLong();
    awaitSnapshot(before.eventCount() / SNAPSHOT_EVENTS * SNAPSHOT_EVENTS);
    assertThat(update("UPDATE \"snapshot\" SET \"snapshot_payload\" = X'A20600'")).isOne();

    try (var lines = new LogLines()) {
      assertThat(readAgain()).isEqualTo(before);

      assertThat(lines.texts())
          .anyMatch(line -> line.startsWith("WARN story=") && line.contains("all events are read"));
    }
  }

  /** So a coordinator that was refused an event can leave no snapshot of it. */
  @Test
  void snapshot_ofAnEventThatIsNotInTheJournal_isRefusedByTheDatabase() {
    open();
    StoryProgress story = makeLong();
    awaitSnapshot(story.eventCount() / SNAPSHOT_EVENTS * SNAPSHOT_EVENTS);

    assertThatThrownBy(
            () ->
                update("UPDATE \"snapshot\" SET \"sequence_number\" = " + (story.eventCount() + 1)))
        .rootCause()
        .hasMessageContaining("Referential integrity");
  }
}

package dev.longtake.coordinator.story.actor;

import static org.assertj.core.api.Assertions.assertThat;

import dev.longtake.coordinator.database.Database;
import dev.longtake.coordinator.journal.Journal;
import dev.longtake.coordinator.journal.JournalSerializer;
import dev.longtake.coordinator.story.MoveRules;
import dev.longtake.coordinator.story.StoryEvent;
import dev.longtake.coordinator.story.StoryEvent.Grant;
import dev.longtake.coordinator.story.StoryEvent.StoryPlanned;
import dev.longtake.coordinator.story.StoryEvent.StorySubmitted;
import dev.longtake.coordinator.story.StoryEvent.WorkLeased;
import dev.longtake.coordinator.story.StoryEvent.WorkReleased;
import dev.longtake.coordinator.story.StoryProgress;
import dev.longtake.coordinator.story.WorkerKey;
import dev.longtake.coordinator.story.actor.StoryCommand.Standing;
import dev.longtake.coordinator.story.moves.Slowness;
import dev.longtake.coordinator.story.policy.FailurePolicy;
import dev.longtake.coordinator.story.vigil.Stillness;
import dev.longtake.lease.LeaseToken.Kind;
import dev.longtake.testing.TestStories;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.apache.pekko.actor.BootstrapSetup;
import org.apache.pekko.actor.setup.ActorSystemSetup;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * How long a story of 24 shots and 100,000 events takes to answer where it is not in memory, read
 * from all of them and from a snapshot with the 999 events after it. Run by hand.
 */
class StorySnapshotBench {

  private static final int EVENTS = 100_000;
  private static final int SNAPSHOT = EVENTS - 999;
  private static final int SHOTS = 24;
  private static final Duration ANSWER_TIMEOUT = Duration.ofMinutes(5);
  private static final WorkerKey WORKER = new WorkerKey("a", "1");

  private final JournalSerializer form = new JournalSerializer();

  @TempDir private Path folder;

  @Test
  void longStory_isReadAgain() throws Exception {
    change(this::write);
    for (int round = 1; round <= 3; round++) {
      change(connection -> execute(connection, "DELETE FROM \"snapshot\""));
      System.out.printf("round %d, all events: %d ms%n", round, readMillis());
      change(this::writeSnapshot);
      System.out.printf("round %d, from a snapshot: %d ms%n", round, readMillis());
    }
  }

  private void change(Database.Work<Integer> change) {
    try (Database database = Journal.open(folder, false)) {
      database.call(change);
    }
  }

  private static StorySubmitted submitted() {
    int[] frames = new int[SHOTS];
    Arrays.fill(frames, 57);
    return new StorySubmitted("story-1", 1, TestStories.story("rosie", frames), Instant.EPOCH);
  }

  /** The event of this number, from 1: a chunk is leased and taken back, shot by shot. */
  private static StoryEvent event(int number) {
    if (number <= 2) {
      return number == 1
          ? submitted()
          : new StoryPlanned(TestStories.MODEL, TestStories.ENGINE_CLASS, List.of());
    }
    int shot = (number - 3) / 2 % SHOTS;
    return number % 2 == 1
        ? new WorkLeased(shot, Kind.CHUNK, List.of(new Grant(0, WORKER)))
        : new WorkReleased(shot, Kind.CHUNK, List.of(0), Optional.of(WORKER));
  }

  private int write(Connection connection) throws SQLException {
    try (PreparedStatement insert =
        connection.prepareStatement(
            """
            INSERT INTO "event_journal" ("persistence_id", "sequence_number", "writer",
              "write_timestamp", "adapter_manifest", "event_ser_id", "event_ser_manifest",
              "event_payload") VALUES ('story|story-1', ?, 'bench', 0, '', ?, ?, ?)
            """)) {
      connection.setAutoCommit(false);
      for (int number = 1; number <= EVENTS; number++) {
        StoryEvent event = event(number);
        insert.setInt(1, number);
        insert.setInt(2, form.identifier());
        insert.setString(3, form.manifest(event));
        insert.setBytes(4, form.toBinary(event));
        insert.executeUpdate();
      }
      connection.commit();
      connection.setAutoCommit(true);
      return EVENTS;
    }
  }

  private int writeSnapshot(Connection connection) throws SQLException {
    StoryProgress story = StoryProgress.of(submitted());
    for (int number = 2; number <= SNAPSHOT; number++) {
      story = story.apply(event(number));
    }
    try (PreparedStatement insert =
        connection.prepareStatement(
            """
            INSERT INTO "snapshot" ("persistence_id", "sequence_number", "created",
              "snapshot_ser_id", "snapshot_ser_manifest", "snapshot_payload")
              VALUES ('story|story-1', ?, 0, ?, ?, ?)
            """)) {
      insert.setInt(1, SNAPSHOT);
      insert.setInt(2, form.identifier());
      insert.setString(3, form.manifest(story));
      insert.setBytes(4, form.toBinary(story));
      return insert.executeUpdate();
    }
  }

  private static int execute(Connection connection, String command) throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(command)) {
      return statement.executeUpdate();
    }
  }

  /** From the question to the answer, in an actor system that was just begun. */
  private long readMillis() throws Exception {
    Database database = Journal.open(folder, false); // Closed with the actor system.
    ActorTestKit testKit =
        ActorTestKit.create(
            ActorSystem.create(
                Behaviors.empty(),
                "bench",
                ActorSystemSetup.create(
                    BootstrapSetup.create(Journal.config()), Journal.in(database))));
    try {
      var stories =
          new HostedStories(testKit.spawn(StoryHost.create(surroundings())), testKit.scheduler());
      long before = System.nanoTime();
      Standing answer =
          stories
              .ask("story-1", StoryCommand.GetStatus::new, ANSWER_TIMEOUT)
              .toCompletableFuture()
              .get(ANSWER_TIMEOUT.toSeconds(), TimeUnit.SECONDS);
      assertThat(answer.status()).isPresent();
      return Duration.ofNanos(System.nanoTime() - before).toMillis();
    } finally {
      ActorTestKit.shutdown(testKit.system(), ANSWER_TIMEOUT);
    }
  }

  private static StorySurroundings surroundings() {
    return new StorySurroundings(
        new FakeStoryWork(),
        news -> {},
        new FakeBook(),
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
        (kind, task) -> task.run(),
        InstantSource.fixed(Instant.EPOCH),
        new StoryTimes(
            Duration.ofSeconds(1),
            Duration.ZERO,
            EVENTS,
            FailurePolicy.DEFAULT,
            Stillness.Patience.DEFAULT,
            Slowness.DEFAULT));
  }
}

package dev.longtake.coordinator.workers;

import static org.assertj.core.api.Assertions.assertThat;

import dev.longtake.coordinator.dispatch.LinkCommand;
import dev.longtake.coordinator.story.WorkerKey;
import dev.longtake.coordinator.story.actor.Stories;
import dev.longtake.coordinator.story.actor.StoryCommand;
import dev.longtake.error.ErrorCode;
import dev.longtake.error.LongtakeException;
import dev.longtake.lease.LeaseToken;
import dev.longtake.lease.LeaseToken.Kind;
import dev.longtake.lease.Order;
import dev.longtake.lease.Report;
import dev.longtake.lease.WorkerMark;
import dev.longtake.lease.WorkerStatement;
import dev.longtake.testing.TestStories;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.testkit.typed.javadsl.TestProbe;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.japi.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class WorkersActorTest {

  private static final Duration LONG = Duration.ofDays(1);
  private static final Duration PROGRESS = Duration.ofHours(1);
  private static final LeaseToken LEASE = new LeaseToken("s", 0, Kind.SEGMENT, 0, 1);

  private final ActorTestKit testKit = ActorTestKit.create();
  private final TestProbe<StoryCommand> stories = testKit.createTestProbe(StoryCommand.class);
  private volatile Instant now = Instant.EPOCH;

  @AfterEach
  void stop() {
    testKit.shutdownTestKit();
  }

  /** It says that it is there, and comes no further: it has failed. */
  @Test
  void worker_thatComesNoFurtherForAnHour_losesWhatItHolds() {
    ActorRef<WorkersActor.Command> workers =
        testKit.spawn(
            WorkersActor.create(
                new WorkersActor.Surroundings(
                    testKit.createTestProbe(LinkCommand.class).getRef(),
                    new Told(),
                    new WorkersActor.Times(LONG, LONG, LONG, PROGRESS, LONG),
                    1,
                    new NoMarks(),
                    () -> now,
                    new Unmetered())));
    var said =
        new WorkersActor.Heard(
            new Link(),
            new WorkerStatement(
                "a",
                "1",
                TestStories.ENGINE_CLASS,
                TestStories.MODEL,
                List.of(new Report(LEASE, new Report.Running(0, false))),
                false,
                1));
    workers.tell(said);
    assertThat(heard()).isInstanceOf(Report.Running.class);

    now = now.plus(PROGRESS);
    workers.tell(said);

    assertThat(heard())
        .isInstanceOfSatisfying(
            Report.Failed.class,
            failed -> assertThat(failed.code()).isEqualTo(ErrorCode.DEADLINE_EXCEEDED));
  }

  private Report.Progress heard() {
    var heard = (StoryCommand.Heard) stories.receiveMessage();
    assertThat(heard.worker()).isEqualTo(new WorkerKey("a", "1"));
    assertThat(heard.report().lease()).isEqualTo(LEASE);
    return heard.report().progress();
  }

  private final class Told implements Stories {
    @Override
    public void tell(String storyId, StoryCommand command) {
      stories.getRef().tell(command);
    }

    @Override
    public void tellOpen(String storyId, StoryCommand.WhileRendering command) {
      stories.getRef().tell(command);
    }

    @Override
    public <R> CompletionStage<R> ask(
        String storyId, Function<ActorRef<R>, StoryCommand> question, Duration timeout) {
      return new CompletableFuture<>();
    }
  }

  private static final class Link implements WorkerLink {
    @Override
    public dev.longtake.story.status.TenantScope scope() {
      return dev.longtake.story.status.TenantScope.ALL;
    }

    @Override
    public String peer() {
      return "here";
    }

    @Override
    public void order(List<Order> orders) {}

    @Override
    public void supersede() {}

    @Override
    public void close(LongtakeException reason) {
      throw new AssertionError(reason);
    }
  }

  private static final class NoMarks implements MarkStore {
    @Override
    public List<WorkerMark> all() {
      return List.of();
    }

    @Override
    public void put(WorkerMark mark) {}

    @Override
    public Optional<WorkerMark> remove(String workerId) {
      return Optional.empty();
    }
  }

  private static final class Unmetered implements WorkersMeter {
    @Override
    public void there(int workers) {}

    @Override
    public void quarantined(int workers) {}
  }
}

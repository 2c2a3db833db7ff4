package dev.longtake.coordinator.dispatch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.longtake.coordinator.dispatch.ledger.Sharing;
import dev.longtake.coordinator.dispatch.ledger.UseInMemory;
import dev.longtake.coordinator.dispatch.share.Moment;
import dev.longtake.coordinator.dispatch.share.ShareSettings;
import dev.longtake.coordinator.dispatch.view.DispatchMeter;
import dev.longtake.coordinator.dispatch.view.FleetView;
import dev.longtake.coordinator.story.MoveRules.Why;
import dev.longtake.coordinator.story.StoryEvent.Grant;
import dev.longtake.coordinator.story.StoryEvent.StoryPlanned;
import dev.longtake.coordinator.story.StoryEvent.StorySubmitted;
import dev.longtake.coordinator.story.StoryEvent.WorkLeased;
import dev.longtake.coordinator.story.StoryProgress;
import dev.longtake.coordinator.story.WorkerKey;
import dev.longtake.coordinator.story.actor.Stories;
import dev.longtake.coordinator.story.actor.StoryCommand;
import dev.longtake.lease.LeaseToken.Kind;
import dev.longtake.plan.CheckpointPolicy;
import dev.longtake.story.status.Reason;
import dev.longtake.testing.TestStories;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.testkit.typed.javadsl.TestProbe;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.japi.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A worker that is drained holds all of a story, and another one has nothing to do. */
class DispatchActorTest {

  private static final Duration LONG = Duration.ofHours(1);
  private static final String NODE = "node";
  private static final Seat DRAINED = seat("a", true);
  private static final Seat IDLE = seat("b", false);

  private final ActorTestKit testKit = ActorTestKit.create();
  private final TestProbe<StoryCommand> stories = testKit.createTestProbe(StoryCommand.class);
  private final AtomicBoolean mayLease = new AtomicBoolean();

  @AfterEach
  void stop() {
    testKit.shutdownTestKit();
  }

  private static Seat seat(String id, boolean draining) {
    return Seat.ofAll(
        new WorkerKey(id, "1"), TestStories.ENGINE_CLASS, TestStories.MODEL, draining, 1);
  }

  private static StoryDemand held() {
    StoryProgress story =
        StoryProgress.of(new StorySubmitted("s", 1, TestStories.story("s", 9), Instant.EPOCH))
            .apply(new StoryPlanned(TestStories.MODEL, TestStories.ENGINE_CLASS, List.of()))
            .apply(new WorkLeased(0, Kind.CHUNK, List.of(new Grant(0, DRAINED.key()))));
    return StoryDemand.of(story, story.eventCount(), CheckpointPolicy.OFF);
  }

  private ActorRef<DispatchCommand> start() {
    return testKit.spawn(
        DispatchActor.create(
            new DispatchActor.Surroundings(
                new Told(),
                CompletableFuture::new, // The test answers.
                mayLease::get,
                () -> Set.of(NODE),
                new DispatchTimes(LONG, LONG, LONG, LONG, LONG),
                new Unmetered(),
                new Sharing(
                    ShareSettings.EQUAL, () -> Moment.at(0), new UseInMemory(), Runnable::run))));
  }

  /** Commands sent in a row are done in this order, and the last one is answered. */
  private void look(ActorRef<DispatchCommand> dispatch) {
    dispatch.tell(new DispatchCommand.OpenStories(Optional.of(List.of("s"))));
    TestProbe<FleetView> view = testKit.createTestProbe(FleetView.class);
    dispatch.tell(new DispatchCommand.Look(view.getRef()));
    view.receiveMessage();
  }

  @Test
  void check_whileNothingMayBeLeased_takesNothingFromWhoeverHoldsIt() {
    ActorRef<DispatchCommand> dispatch = start();
    var link = testKit.createTestProbe(LinkCommand.class);
    dispatch.tell(new DispatchCommand.NodeBegins(NODE, 0, link.getRef()));
    dispatch.tell(new DispatchCommand.NodeTells(NODE, 1, new NodeNews.WorkerHere(DRAINED)));
    dispatch.tell(new DispatchCommand.NodeTells(NODE, 2, new NodeNews.WorkerHere(IDLE)));
    dispatch.tell(new DispatchCommand.NodeTells(NODE, 3, new NodeNews.StoryWants(held())));
    look(dispatch);
    look(dispatch);
    stories.expectNoMessage(Duration.ZERO);

    mayLease.set(true);
    look(dispatch);

    assertThat(stories.receiveMessage())
        .isEqualTo(new StoryCommand.Move(DRAINED.key(), Why.DRAINS));
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

  private static final class Unmetered implements DispatchMeter {
    @Override
    public void chunks(ChunkCounts counts, Map<Reason, Integer> waiting) {}

    @Override
    public void used(Map<String, Duration> today) {}

    @Override
    public void ran(Duration took) {}

    @Override
    public void leased(Duration took) {}

    @Override
    public void leads(boolean isHere) {}
  }
}

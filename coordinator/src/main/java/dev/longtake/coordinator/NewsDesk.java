package dev.longtake.coordinator;

import dev.longtake.coordinator.api.OpenShots;
import dev.longtake.coordinator.api.OpenStory;
import dev.longtake.coordinator.dispatch.LinkCommand;
import dev.longtake.coordinator.dispatch.StoryDemand;
import dev.longtake.coordinator.logs.LogBook;
import dev.longtake.coordinator.logs.StoryLines;
import dev.longtake.coordinator.story.StoryProgress;
import dev.longtake.coordinator.story.WorkerKey;
import dev.longtake.coordinator.story.actor.StoryNews;
import dev.longtake.coordinator.traces.StoryTraces;
import dev.longtake.plan.CheckpointPolicy;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.pubsub.Topic;

/**
 * Passes on what stories say of themselves: to the door for latents, here and at the other
 * coordinators, to dispatch, to the log that people read, and to traces.
 */
final class NewsDesk implements Consumer<StoryNews> {

  /**
   * Whom to tell.
   *
   * @param others the doors of all coordinators, if there are several
   */
  record Readers(
      ActorRef<LinkCommand> dispatch, Optional<ActorRef<Topic.Command<OpenStory>>> others) {}

  /**
   * What is kept here of each story.
   *
   * @param traces of those that are traced
   */
  record Desks(OpenShots openShots, StoryTraces traces) {}

  private final OpenShots openShots;
  private final StoryTraces traces;
  private final CheckpointPolicy checkpoints;
  private final LogBook lines;
  private final InstantSource clock = InstantSource.system();
  private volatile Optional<Readers> readers = Optional.empty();

  NewsDesk(Desks desks, CheckpointPolicy checkpoints, LogBook lines) {
    this.openShots = desks.openShots();
    this.traces = desks.traces();
    this.checkpoints = checkpoints;
    this.lines = lines;
  }

  /** From now on these are told. What came earlier they will ask for. */
  void open(Readers first) {
    readers = Optional.of(first);
  }

  @Override
  public void accept(StoryNews news) {
    switch (news) {
      case StoryNews.Stands(StoryProgress story, var slow) -> {
        OpenStory door = OpenStory.of(story);
        openShots.note(door);
        readers.ifPresent(
            it -> {
              it.others().ifPresent(topic -> topic.tell(Topic.publish(door)));
              it.dispatch().tell(demand(story, slow));
            });
      }
      case StoryNews.Happened(var before, var after, var events) -> {
        lines.note(StoryLines.of(before, after, events, clock.instant()));
        traces.happened(before, after, events);
      }
      case StoryNews.Moves(var before, var moved) ->
          lines.note(StoryLines.moves(before, moved, clock.instant()));
      case StoryNews.Left(String storyId) -> {
        traces.left(storyId);
        readers.ifPresent(it -> it.dispatch().tell(new LinkCommand.StoryLeft(storyId)));
      }
    }
  }

  private LinkCommand demand(StoryProgress story, List<WorkerKey> slow) {
    if (!story.isOpen()) {
      return new LinkCommand.StoryEnded(story.storyId(), story.eventCount());
    }
    StoryDemand demand = StoryDemand.of(story, story.eventCount(), checkpoints, slow);
    return new LinkCommand.StoryChanged(traces.traced(story, demand));
  }
}

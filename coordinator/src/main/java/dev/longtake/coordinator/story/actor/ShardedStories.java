package dev.longtake.coordinator.story.actor;

import java.time.Duration;
import java.util.concurrent.CompletionStage;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.cluster.sharding.typed.javadsl.ClusterSharding;
import org.apache.pekko.cluster.sharding.typed.javadsl.Entity;
import org.apache.pekko.cluster.sharding.typed.javadsl.EntityTypeKey;
import org.apache.pekko.japi.function.Function;

/** The stories of several coordinators: each story's actor runs at one of them. */
public final class ShardedStories implements Stories {

  private static final EntityTypeKey<StoryCommand> STORY =
      EntityTypeKey.create(StoryCommand.class, "story");

  private final ClusterSharding sharding;

  private ShardedStories(ClusterSharding sharding) {
    this.sharding = sharding;
  }

  /** Offers this coordinator as a place for stories; the system is part of the cluster. */
  public static Stories start(ActorSystem<?> system, StorySurroundings surroundings) {
    ClusterSharding sharding = ClusterSharding.get(system);
    var stories = new ShardedStories(sharding);
    sharding.init(
        Entity.of(
                STORY,
                entity ->
                    StoryActor.create(
                        new StoryRef(entity.getEntityId(), stories),
                        surroundings,
                        self -> entity.getShard().tell(new ClusterSharding.Passivate<>(self))))
            .withStopMessage(new StorySignal.Stop()));
    return stories;
  }

  @Override
  public void tell(String storyId, StoryCommand command) {
    sharding.entityRefFor(STORY, storyId).tell(command);
  }

  /** Nobody here knows whether an actor runs; one that is woken in vain goes by itself. */
  @Override
  public void tellOpen(String storyId, StoryCommand.WhileRendering command) {
    tell(storyId, command);
  }

  @Override
  public <R> CompletionStage<R> ask(
      String storyId, Function<ActorRef<R>, StoryCommand> question, Duration timeout) {
    return sharding.entityRefFor(STORY, storyId).ask(question, timeout);
  }
}

package dev.longtake.coordinator;

import dev.longtake.coordinator.api.OpenShots;
import dev.longtake.coordinator.api.OpenStory;
import dev.longtake.coordinator.dispatch.DispatchCommand;
import dev.longtake.coordinator.story.actor.HostedStories;
import dev.longtake.coordinator.story.actor.ShardedStories;
import dev.longtake.coordinator.story.actor.Stories;
import dev.longtake.coordinator.story.actor.StoryHost;
import dev.longtake.coordinator.story.actor.StorySurroundings;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.pubsub.Topic;
import org.apache.pekko.cluster.Member;
import org.apache.pekko.cluster.MemberStatus;
import org.apache.pekko.cluster.typed.Cluster;
import org.apache.pekko.cluster.typed.ClusterSingleton;
import org.apache.pekko.cluster.typed.SingletonActor;

/**
 * Where the actors of a farm run. What they do is the same, whether there is one coordinator or
 * several.
 */
sealed interface Placement {

  /** Names this coordinator's process among the others. */
  String node();

  /** As whom stories' actors here claim their journals; empty if nobody else could write there. */
  Optional<String> claimant();

  /** The coordinators that are there now, this one among them. */
  Set<String> members();

  /** Starts the stories' place here, and gives the way to all of them. */
  Stories stories(ActorContext<?> context, StorySurroundings surroundings);

  /** The one dispatch of the farm, started here if it is to run here. */
  ActorRef<DispatchCommand> dispatch(ActorContext<?> context, Behavior<DispatchCommand> behavior);

  /** The doors for latents of all coordinators, if there are several; this one's is added. */
  Optional<ActorRef<Topic.Command<OpenStory>>> doors(ActorContext<?> context, OpenShots here);

  /** One coordinator: everything is here. */
  record Alone() implements Placement {

    @Override
    public String node() {
      return "alone";
    }

    @Override
    public Optional<String> claimant() {
      return Optional.empty();
    }

    @Override
    public Set<String> members() {
      return Set.of(node());
    }

    @Override
    public Stories stories(ActorContext<?> context, StorySurroundings surroundings) {
      return new HostedStories(
          context.spawn(StoryHost.create(surroundings), "stories"),
          context.getSystem().scheduler());
    }

    @Override
    public ActorRef<DispatchCommand> dispatch(
        ActorContext<?> context, Behavior<DispatchCommand> behavior) {
      return context.spawn(behavior, "dispatch");
    }

    @Override
    public Optional<ActorRef<Topic.Command<OpenStory>>> doors(
        ActorContext<?> context, OpenShots here) {
      return Optional.empty();
    }
  }

  /** One of several coordinators: stories are spread over all, dispatch is at the oldest. */
  record Together(Cluster cluster) implements Placement {

    private static final Set<MemberStatus> GONE =
        Set.of(MemberStatus.down(), MemberStatus.removed());

    @Override
    public String node() {
      return name(cluster.selfMember());
    }

    @Override
    public Optional<String> claimant() {
      return Optional.of(node());
    }

    @Override
    public Set<String> members() {
      Set<String> members = new TreeSet<>();
      for (Member member : cluster.state().getMembers()) {
        if (!GONE.contains(member.status())) {
          members.add(name(member));
        }
      }
      return members;
    }

    private static String name(Member member) {
      return member.uniqueAddress().toString();
    }

    @Override
    public Stories stories(ActorContext<?> context, StorySurroundings surroundings) {
      return ShardedStories.start(context.getSystem(), surroundings);
    }

    @Override
    public ActorRef<DispatchCommand> dispatch(
        ActorContext<?> context, Behavior<DispatchCommand> behavior) {
      return ClusterSingleton.get(context.getSystem())
          .init(SingletonActor.of(behavior, "dispatch"));
    }

    @Override
    public Optional<ActorRef<Topic.Command<OpenStory>>> doors(
        ActorContext<?> context, OpenShots here) {
      ActorRef<Topic.Command<OpenStory>> topic =
          context.spawn(Topic.create(OpenStory.class, "open-stories"), "open-stories");
      ActorRef<OpenStory> door =
          context.spawn(
              Behaviors.receiveMessage(
                  (OpenStory story) -> {
                    here.note(story);
                    return Behaviors.same();
                  }),
              "door");
      topic.tell(Topic.subscribe(door));
      return Optional.of(topic);
    }
  }
}

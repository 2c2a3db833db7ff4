package dev.longtake.coordinator.story.actor;

import dev.longtake.coordinator.story.CheckpointNews;
import dev.longtake.coordinator.story.MoveRules;
import dev.longtake.coordinator.story.Outlook;
import dev.longtake.coordinator.story.StoryDetail;
import dev.longtake.coordinator.story.StoryEvent.Grant;
import dev.longtake.coordinator.story.StoryEvent.StorySubmitted;
import dev.longtake.coordinator.story.StoryProgress;
import dev.longtake.coordinator.story.WorkerKey;
import dev.longtake.lease.LeaseToken;
import dev.longtake.lease.LeaseToken.Kind;
import dev.longtake.lease.Report;
import dev.longtake.plan.ModelCard;
import dev.longtake.story.Story;
import dev.longtake.story.status.Explanation;
import dev.longtake.story.status.Owner;
import dev.longtake.story.status.StoryStatus;
import dev.longtake.story.status.Submission;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.apache.pekko.actor.typed.ActorRef;

/**
 * What a story can be told, by the state in which it means something. In any other state it changes
 * nothing, and whoever waits for an answer is told so.
 */
public sealed interface StoryCommand
    permits StoryCommand.Anytime,
        StoryCommand.WhilePlanning,
        StoryCommand.WhileRendering,
        StorySignal,
        TaskEnded {

  /**
   * How the story stands, in answer to a question.
   *
   * @param status empty if there is none, or what was asked for could not be done
   */
  record Standing(Optional<StoryStatus> status) {}

  /**
   * Whether work was leased.
   *
   * @param version of the story after it; 0 if that is not known
   */
  record Leased(boolean isDone, long version) {
    static Leased of(boolean isDone, Optional<StoryProgress> story) {
      return new Leased(isDone, story.map(StoryProgress::eventCount).orElse(0L));
    }
  }

  /** The answer to {@link Explain}. */
  record Explained(Optional<Explanation> explanation) {}

  /** Answered before the story is there, while it goes on, and when it has ended. */
  sealed interface Anytime extends StoryCommand {}

  /** Takes the story, if it has none yet; the reply is how it stands. */
  record Submit(long sequence, Story story, Owner owner, ActorRef<StoryStatus> replyTo)
      implements Anytime {

    StorySubmitted event(String storyId, Instant now) {
      return new StorySubmitted(storyId, sequence, story, new Submission(now, owner));
    }
  }

  /** Asks how the story stands; empty if it was never submitted. */
  record GetStatus(ActorRef<Standing> replyTo) implements Anytime {}

  /**
   * Asks why each piece of the story stands where it stands; empty if it was never submitted.
   *
   * @param outlook what dispatch says of it
   */
  record Explain(Outlook outlook, ActorRef<Explained> replyTo) implements Anytime {}

  /** All about the story, in answer to a question; empty if it was never submitted. */
  record Detailed(Optional<StoryDetail> detail) {}

  /** Asks where each piece of the story's work stands. */
  record GetDetail(ActorRef<Detailed> replyTo) implements Anytime {}

  /** Tells {@code watcher} the story now and after each change, until the watcher stops. */
  record Watch(ActorRef<StoryStatus> watcher) implements Anytime {}

  /** Has the story tell again how it stands, to dispatch too. */
  record Restate() implements Anytime {}

  /** Cancels the story; the reply is how it stands, or empty if it has ended otherwise. */
  record Cancel(ActorRef<Standing> replyTo) implements Anytime {}

  /**
   * Has the story go on if it failed; the reply is how it stands once lists say so too, or empty if
   * it was never submitted or has ended otherwise.
   */
  record Retry(ActorRef<Standing> replyTo) implements Anytime {}

  /** Of a story that waits for workers. */
  sealed interface WhilePlanning extends StoryCommand {}

  /** Pins model and engine class. */
  record Plan(ModelCard model, String engineClass) implements WhilePlanning {}

  /** Of a story that is planned and has not ended. */
  sealed interface WhileRendering extends StoryCommand {}

  /** Leases work; the reply is whether that was done. */
  record Lease(int shotIndex, Kind kind, List<Grant> grants, ActorRef<Leased> replyTo)
      implements WhileRendering {}

  /** No worker of the engine class is left: another one may render the story. */
  record Unpin(String engineClass) implements WhileRendering {}

  /** Passes on what a worker says. */
  record Heard(WorkerKey worker, Report report) implements WhileRendering {}

  /** What became of a checkpoint of the chunk that is leased so. */
  record CheckpointTaken(LeaseToken chunk, int stepIndex, CheckpointNews news)
      implements WhileRendering {}

  /** Has a worker that is well give its chunks to others at the next step boundary. */
  record Move(WorkerKey worker, MoveRules.Why why) implements WhileRendering {}

  /** Workers that may render the story have nothing to do, and nothing waits for them. */
  record Offer(List<WorkerKey> idle) implements WhileRendering {
    public Offer {
      idle = List.copyOf(idle);
    }
  }

  /**
   * Takes everything from a worker that is lost.
   *
   * @param died whether it ended, or was not heard any more, without having given it back
   */
  record ReleaseWorker(WorkerKey worker, boolean died) implements WhileRendering {}
}

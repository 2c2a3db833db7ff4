package dev.longtake.coordinator.story.actor;

import dev.longtake.coordinator.story.CheckpointSteps;
import dev.longtake.coordinator.story.StoryProgress;
import dev.longtake.coordinator.story.StoryTask.FindCheckpoints;
import dev.longtake.coordinator.story.StoryTask.ForgetShot;
import dev.longtake.latent.CheckpointKey;
import java.time.Duration;
import java.util.List;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Finds where a story goes on after a restart: from what the archive holds. */
final class Recovery {

  private static final Logger log = LoggerFactory.getLogger(Recovery.class);

  /** From giving the archive up to asking it again. */
  static final Duration PAUSE = Duration.ofSeconds(5);

  private final ActorContext<StoryCommand> context;
  private final StoryRef ref;
  private final TaskRunner runner;
  private final CheckpointSteps checkpoints;

  Recovery(
      ActorContext<StoryCommand> context,
      StoryRef ref,
      TaskRunner runner,
      CheckpointSteps checkpoints) {
    this.context = context;
    this.ref = ref;
    this.runner = runner;
    this.checkpoints = checkpoints;
  }

  /** The archive may hold what the story can go on from. */
  void find(StoryProgress story) {
    runner.start(new FindCheckpoints(), story);
  }

  /** This is what it holds. */
  void found(StoryProgress story, List<CheckpointKey> keys) {
    checkpoints.found(keys);
    keys.stream()
        .map(CheckpointKey::shotIndex)
        .distinct()
        .filter(shot -> shot < story.shots().size())
        .filter(shot -> story.shots().get(shot).latents().isPresent())
        .forEach(shot -> runner.start(new ForgetShot(shot), story)); // It was about to be.
  }

  /** The store could not be rid of a shot: it is told so again, if that is still of use. */
  void clearLater(int shotIndex) {
    context.scheduleOnce(PAUSE, context.getSelf(), new StorySignal.ClearAgain(shotIndex));
  }

  /** The archive does not answer. Beginning anew could cost hours, so the story waits. */
  void againLater(Throwable why) {
    log.warn("story={} waits for its checkpoints before it goes on: {}", ref.storyId(), "" + why);
    context.scheduleOnce(PAUSE, context.getSelf(), new StorySignal.Resume());
  }
}

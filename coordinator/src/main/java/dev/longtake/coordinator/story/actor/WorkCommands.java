package dev.longtake.coordinator.story.actor;

import dev.longtake.coordinator.story.LossRules;
import dev.longtake.coordinator.story.ReportRules;
import dev.longtake.coordinator.story.ReportRules.ReportOutcome;
import dev.longtake.coordinator.story.ShotProgress;
import dev.longtake.coordinator.story.StoryEvent;
import dev.longtake.coordinator.story.StoryProgress;
import dev.longtake.coordinator.story.StoryRules;
import dev.longtake.coordinator.story.StoryRules.Decision;
import dev.longtake.coordinator.story.StoryTask.BeginAnew;
import dev.longtake.coordinator.story.StoryTask.CutClip;
import dev.longtake.coordinator.story.StoryTask.FindKnown;
import dev.longtake.coordinator.story.StoryTask.JoinShot;
import dev.longtake.coordinator.story.WorkerKey;
import dev.longtake.coordinator.story.actor.StoryCommand.Leased;
import dev.longtake.coordinator.story.moves.Moved;
import dev.longtake.digest.Digest;
import dev.longtake.error.ErrorCode;
import dev.longtake.lease.Report;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.apache.pekko.persistence.typed.javadsl.Effect;
import org.apache.pekko.persistence.typed.javadsl.EffectBuilder;
import org.apache.pekko.persistence.typed.javadsl.EffectFactories;

/**
 * What a story's actor does when it hears of the story's work: from dispatch, from workers, and
 * from its own tasks.
 */
final class WorkCommands {

  private final EffectFactories<StoryEvent, Optional<StoryProgress>> effect;
  private final StoryEffects effects;

  /** Shots that the store could not be rid of, and is told to be again after a pause. */
  private final Set<Integer> uncleared = new HashSet<>();

  /**
   * Of one actor.
   *
   * @param effect what the actor can do with its journal
   */
  WorkCommands(EffectFactories<StoryEvent, Optional<StoryProgress>> effect, StoryEffects effects) {
    this.effect = effect;
    this.effects = effects;
  }

  Effect<StoryEvent, Optional<StoryProgress>> plan(
      StoryProgress story, StoryCommand.WhilePlanning command) {
    switch (command) {
      case StoryCommand.Plan(var model, String engineClass) ->
          effects.choose(story, model, engineClass);
    }
    return effect.none();
  }

  Effect<StoryEvent, Optional<StoryProgress>> refuse(StoryCommand.WhileRendering command) {
    return command instanceof StoryCommand.Lease lease
        ? effect.reply(lease.replyTo(), new Leased(false, 0))
        : effect.none();
  }

  Effect<StoryEvent, Optional<StoryProgress>> render(
      StoryProgress story, StoryCommand.WhileRendering command) {
    return switch (command) {
      case StoryCommand.Lease lease -> {
        Decision<Boolean> decision =
            StoryRules.lease(story, lease.shotIndex(), lease.kind(), lease.grants());
        yield keep(story, decision.events())
            .thenReply(lease.replyTo(), after -> Leased.of(decision.outcome(), after));
      }
      case StoryCommand.Heard(var worker, Report report) -> onHeard(story, worker, report);
      case StoryCommand.CheckpointTaken(var chunk, int stepIndex, var news) -> {
        effects.noteCheckpoint(story, chunk, stepIndex, news);
        yield move(story);
      }
      case StoryCommand.Move(var worker, var why) -> {
        effects.relief().wish(worker, why, effects.now());
        yield move(story);
      }
      case StoryCommand.Offer(var idle) -> {
        effects.relief().offer(idle, effects.now());
        yield move(story);
      }
      case StoryCommand.Unpin(String engineClass) -> {
        List<StoryEvent> events = StoryRules.unpin(story, engineClass, effects.now());
        yield keep(story, events)
            .thenRun(
                state -> {
                  if (!events.isEmpty()) {
                    effects.vigil().unpinned(engineClass);
                  }
                });
      }
      case StoryCommand.ReleaseWorker(var worker, boolean died) ->
          keep(story, released(story, worker, died));
    };
  }

  /**
   * Looks for what stands still; if there is more of it, the journal is asked whose the story is.
   */
  Effect<StoryEvent, Optional<StoryProgress>> look(StoryProgress story, Tenure tenure) {
    return effects.look(story) ? keep(story, tenure.claimAgain(story)) : effect.none();
  }

  private List<StoryEvent> released(StoryProgress story, WorkerKey worker, boolean died) {
    return died
        ? LossRules.lost(
            story,
            worker,
            effects.checkpoints(),
            effects.surroundings().times().failures(),
            effects.now())
        : StoryRules.release(story, worker, effects.checkpoints());
  }

  /** Gives to other workers what is to move and can. */
  private Effect<StoryEvent, Optional<StoryProgress>> move(StoryProgress story) {
    Optional<Moved> due = effects.relief().due(story, effects.now());
    return due.isEmpty()
        ? effect.none()
        : keep(story, due.get().events()).thenRun(after -> tell(story, due.get()));
  }

  private void tell(StoryProgress before, Moved moved) {
    effects.surroundings().meter().moved(moved.why(), moved.chunkCount());
    effects.surroundings().news().accept(new StoryNews.Moves(before, moved));
    effects.vigil().moves(moved);
  }

  private Effect<StoryEvent, Optional<StoryProgress>> onHeard(
      StoryProgress story, WorkerKey worker, Report report) {
    if (ReportRules.asksForFreshStart(story, worker, report)) {
      effects.beginAnew(story, report); // It follows when the store is rid of the shot.
      return effect.none();
    }
    return onReport(story, worker, report);
  }

  private Effect<StoryEvent, Optional<StoryProgress>> onReport(
      StoryProgress story, WorkerKey worker, Report report) {
    Decision<ReportOutcome> decision =
        ReportRules.report(story, worker, report, effects.checkpoints(), effects.now());
    if (decision.outcome() == ReportOutcome.ACCEPTED
        && report.progress() instanceof Report.Running doing) {
      effects.noteSteps(report.lease(), doing);
      effects.relief().note(story, worker, report.lease(), doing);
    }
    return keep(story, decision.events());
  }

  Effect<StoryEvent, Optional<StoryProgress>> end(StoryProgress story, TaskEnded ended) {
    Instant now = effects.now();
    return switch (ended) {
      case TaskEnded.Found(FindKnown(var model, String engineClass), var known) ->
          keep(story, StoryRules.plan(story, model, engineClass, known));
      case TaskEnded.Joined(JoinShot(ShotProgress shot), Digest latents) ->
          keep(story, StoryRules.joined(story, shot.plan().shotIndex(), latents));
      case TaskEnded.Cut(CutClip(ShotProgress shot), var clip) ->
          keep(story, StoryRules.cut(story, shot.plan().shotIndex(), clip));
      case TaskEnded.Assembled(var task, var files) ->
          keep(story, StoryRules.assembled(story, files, now));
      case TaskEnded.Dropped _, TaskEnded.Forgot _ -> {
        effects.forgetPassed(story);
        yield effect.none();
      }
      case TaskEnded.Cleared(BeginAnew(int shotIndex), boolean isCleared) ->
          isCleared ? onCleared(story, shotIndex) : onNotCleared(shotIndex);
      case TaskEnded.Kept late -> effect.none(); // It went on otherwise.
      case TaskEnded.Broke broke -> {
        effects.vigil().broke(broke.code(), broke.message(), broke.cause());
        if (broke.code() == ErrorCode.CANCELLED) {
          effects.change(story, story, List.of()); // It has been told to go on since.
          yield effect.none();
        }
        if (broke.task() instanceof CutClip && !story.isRendered()) {
          yield effect.none(); // No reason not to render; asked for again with the next change.
        }
        yield keep(story, StoryRules.fail(story, broke.code(), broke.message(), now));
      }
    };
  }

  private Effect<StoryEvent, Optional<StoryProgress>> onCleared(
      StoryProgress story, int shotIndex) {
    uncleared.remove(shotIndex);
    effects.checkpoints().forget(shotIndex);
    return keep(story, ReportRules.begunAnew(story, shotIndex));
  }

  /** Whoever asked for it may have lost its lease, and some of the shot's slabs may be gone. */
  private Effect<StoryEvent, Optional<StoryProgress>> onNotCleared(int shotIndex) {
    if (uncleared.add(shotIndex)) {
      effects.recovery().clearLater(shotIndex);
    }
    return effect.none();
  }

  /** A pause after the store could not be rid of a shot, unless it has been meanwhile. */
  void clearAgain(StoryProgress story, int shotIndex) {
    boolean isWanted =
        uncleared.remove(shotIndex)
            && shotIndex < story.shots().size()
            && !ReportRules.begunAnew(story, shotIndex).isEmpty();
    if (isWanted && !effects.clear(story, shotIndex)) {
      onNotCleared(shotIndex); // Something else of it is being dropped.
    }
  }

  EffectBuilder<StoryEvent, Optional<StoryProgress>> keep(
      StoryProgress before, List<StoryEvent> events) {
    return events.isEmpty()
        ? effect.none()
        : effect
            .persist(events)
            .thenRun(state -> effects.change(before, state.orElseThrow(), events));
  }
}

package dev.longtake.coordinator.api;

import dev.longtake.coordinator.catalog.StoryCatalog;
import dev.longtake.coordinator.dispatch.DispatchCommand;
import dev.longtake.coordinator.dispatch.view.FleetView;
import dev.longtake.coordinator.room.RoomWatch;
import dev.longtake.coordinator.story.Outlook;
import dev.longtake.coordinator.story.StoryDetail;
import dev.longtake.coordinator.story.actor.Stories;
import dev.longtake.coordinator.story.actor.StoryCommand;
import dev.longtake.coordinator.workers.MarkStore;
import dev.longtake.coordinator.workers.WorkersActor;
import dev.longtake.error.ErrorCode;
import dev.longtake.error.LongtakeException;
import dev.longtake.lease.WorkerMark;
import dev.longtake.story.status.Explanation;
import dev.longtake.story.status.StoryState;
import dev.longtake.story.status.StoryStatus;
import dev.longtake.story.status.TenantScope;
import dev.longtake.words.DurationText;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.javadsl.AskPattern;
import org.apache.pekko.japi.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What is behind the services, and how to ask it. Asking blocks, so call it on virtual threads
 * only.
 */
public record Farm(
    ActorSystem<?> system,
    Stories stories,
    StoryCatalog catalog,
    ActorRef<WorkersActor.Command> workers,
    ActorRef<DispatchCommand> dispatch,
    RoomWatch room,
    MarkStore marks,
    Duration askTimeout) {

  private static final Logger log = LoggerFactory.getLogger(Farm.class);

  private static final Duration DISPATCH_TIMEOUT = Duration.ofSeconds(3);

  /**
   * Asks a story, which must be there.
   *
   * @throws LongtakeException with {@link ErrorCode#UNAVAILABLE} if it does not answer in time
   */
  <R> R ask(String storyId, Function<ActorRef<R>, StoryCommand> question) {
    return answer(stories.ask(storyId, question, askTimeout));
  }

  /**
   * What the farm's dispatch knows, wherever it runs.
   *
   * @throws LongtakeException with {@link ErrorCode#UNAVAILABLE} if it does not answer in time
   */
  public FleetView fleet() {
    return answer(
        AskPattern.ask(dispatch, DispatchCommand.Look::new, askTimeout, system.scheduler()));
  }

  /** The same for who has to do with these stories alone. */
  public FleetView fleet(TenantScope scope) {
    FleetView fleet = fleet();
    return scope.isAll() ? fleet : fleet.onlyOf(scope, Set.copyOf(catalog.open(scope)));
  }

  private <R> R answer(CompletionStage<R> asked) {
    try {
      return asked.toCompletableFuture().get(askTimeout.toMillis() + 1000, TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new LongtakeException(ErrorCode.UNAVAILABLE, "the call was given up", e);
    } catch (ExecutionException | TimeoutException e) {
      throw new LongtakeException(
          ErrorCode.UNAVAILABLE,
          "the coordinator is busy: no answer in " + DurationText.said(askTimeout),
          e);
    }
  }

  /**
   * The same id, if it is that of a story in this scope. Who asks for another tenant's is answered
   * as if there were none.
   *
   * @throws LongtakeException with {@link ErrorCode#NOT_FOUND}
   */
  String known(String storyId, TenantScope scope) {
    if (!isKnown(storyId, scope)) {
      throw notFound(storyId);
    }
    return storyId;
  }

  /** Whether that is the id of a story in this scope; waits for the catalog. */
  boolean isKnown(String storyId, TenantScope scope) {
    return catalog.tenantOf(storyId).filter(scope::covers).isPresent();
  }

  /** Whether there is no such story any more that could go on; waits for the catalog. */
  public boolean hasEnded(String storyId) {
    return catalog.find(storyId).map(line -> line.state().isEnded()).orElse(true);
  }

  /** Where each piece of a story's work stands. */
  public StoryDetail detail(String storyId, TenantScope scope) {
    StoryCommand.Detailed answer = ask(known(storyId, scope), StoryCommand.GetDetail::new);
    return answer.detail().orElseThrow(() -> notFound(storyId));
  }

  /** How a story stands. */
  public StoryStatus status(String storyId, TenantScope scope) {
    StoryCommand.Standing answer = ask(known(storyId, scope), StoryCommand.GetStatus::new);
    return shown(answer.status().orElseThrow(() -> notFound(storyId)));
  }

  /** Why each piece of a story stands where it stands. */
  public Explanation explain(String storyId, TenantScope scope) {
    Outlook outlook = outlook(known(storyId, scope));
    StoryCommand.Explained answer =
        ask(storyId, replyTo -> new StoryCommand.Explain(outlook, replyTo));
    return answer.explanation().orElseThrow(() -> notFound(storyId));
  }

  /** What dispatch would do with the story now; it may be on its way to another coordinator. */
  private Outlook outlook(String storyId) {
    try {
      return answer(
          AskPattern.<DispatchCommand, Outlook>ask(
              dispatch,
              replyTo -> new DispatchCommand.Explain(storyId, replyTo),
              DISPATCH_TIMEOUT,
              system.scheduler()));
    } catch (LongtakeException e) {
      log.info("story={} dispatch has not answered why it waits: {}", storyId, e.toString());
      return Outlook.UNKNOWN;
    }
  }

  /**
   * Ends a story.
   *
   * @throws LongtakeException with {@link ErrorCode#WRONG_STATE} if it has ended otherwise
   */
  public StoryStatus cancel(String storyId, TenantScope scope) {
    StoryCommand.Standing cancelled = ask(known(storyId, scope), StoryCommand.Cancel::new);
    return cancelled.status().orElseThrow(() -> hasEnded(storyId, "one that goes on", ""));
  }

  /**
   * Has a story that failed go on.
   *
   * @throws LongtakeException with {@link ErrorCode#WRONG_STATE} if it has ended otherwise
   */
  public StoryStatus retry(String storyId, TenantScope scope) {
    known(storyId, scope);
    room.requireRoom();
    if (catalog.find(storyId).filter(line -> line.state() == StoryState.FAILED).isPresent()) {
      catalog.requireRoom();
      if (!catalog.keep(storyId)) {
        throw notFound(storyId);
      }
    }
    StoryCommand.Standing retried = ask(storyId, StoryCommand.Retry::new);
    return retried
        .status()
        .orElseThrow(() -> hasEnded(storyId, "one that has failed", " otherwise"));
  }

  private static LongtakeException hasEnded(String storyId, String expected, String how) {
    return new LongtakeException(
        ErrorCode.WRONG_STATE,
        "story %s: expected %s, found one that has ended%s".formatted(storyId, expected, how));
  }

  /**
   * From now on this is held against a worker, in place of what was, whether it is there or not.
   *
   * @throws LongtakeException with {@link ErrorCode#LIMIT_REACHED} if something is held against too
   *     many, or {@link ErrorCode#UNAVAILABLE} if it cannot be kept
   */
  public WorkerMark hold(WorkerMark mark) {
    marks.put(mark);
    workers.tell(new WorkersActor.MarksChanged());
    return mark;
  }

  /**
   * From now on nothing is held against this worker, and it gets work again.
   *
   * @return what was
   * @throws LongtakeException with {@link ErrorCode#NOT_FOUND} if that was nothing
   */
  public WorkerMark release(String workerId) {
    Optional<WorkerMark> before = marks.remove(workerId);
    workers.tell(new WorkersActor.MarksChanged());
    return before.orElseThrow(
        () ->
            new LongtakeException(
                ErrorCode.NOT_FOUND,
                "worker_id: expected a worker that is drained or quarantined, found \"%s\""
                    .formatted(Answers.shortened(workerId))));
  }

  /** The status as it is shown: with the reason, if nothing new of the story is leased. */
  StoryStatus shown(StoryStatus status) {
    Optional<String> why = room.whyNothingIsLeased();
    return why.isEmpty() || status.state().isEnded() ? status : status.heldUp(why);
  }

  /** Ends all workers' streams, with the reason, so that they need not guess it. */
  public void dismissWorkers() {
    try {
      Integer count =
          AskPattern.<WorkersActor.Command, Integer>ask(
                  workers, WorkersActor.Dismiss::new, askTimeout, system.scheduler())
              .toCompletableFuture()
              .get(askTimeout.toMillis(), TimeUnit.MILLISECONDS);
      log.info("workers={} sent away: the coordinator stops", count);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (ExecutionException | TimeoutException e) {
      log.warn("workers were not sent away in time: {}", e.toString());
    }
  }

  private static LongtakeException notFound(String storyId) {
    String name = storyId.length() > 64 ? storyId.substring(0, 64) + "..." : storyId;
    return new LongtakeException(
        ErrorCode.NOT_FOUND, "story_id: expected a story of this farm, found \"" + name + "\"");
  }
}

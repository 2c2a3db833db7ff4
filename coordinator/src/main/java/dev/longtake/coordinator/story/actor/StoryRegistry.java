package dev.longtake.coordinator.story.actor;

import dev.longtake.coordinator.story.CatalogEvent;
import dev.longtake.coordinator.story.CatalogEvent.StoryClosed;
import dev.longtake.coordinator.story.CatalogEvent.StoryRegistered;
import dev.longtake.coordinator.story.StoryCatalog;
import dev.longtake.coordinator.story.StorySummaries;
import dev.longtake.coordinator.story.WorkerKey;
import dev.longtake.digest.Digest;
import dev.longtake.error.ErrorCode;
import dev.longtake.lease.LeaseToken;
import dev.longtake.lease.Report;
import dev.longtake.story.Story;
import dev.longtake.story.status.StorySummary;
import java.util.List;
import java.util.Optional;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.persistence.typed.PersistenceId;
import org.apache.pekko.persistence.typed.RecoveryCompleted;
import org.apache.pekko.persistence.typed.javadsl.CommandHandler;
import org.apache.pekko.persistence.typed.javadsl.Effect;
import org.apache.pekko.persistence.typed.javadsl.EventHandler;
import org.apache.pekko.persistence.typed.javadsl.EventSourcedBehavior;
import org.apache.pekko.persistence.typed.javadsl.SignalHandler;

/**
 * Knows every story of the farm and the way to it. Stories that are open go on after a restart. Of
 * ended ones it knows a line; all else is read from the journal when somebody asks.
 */
public final class StoryRegistry
    extends EventSourcedBehavior<StoryRegistry.Command, CatalogEvent, StoryCatalog> {

  /** What this actor can be told. */
  public sealed interface Command {}

  /** Takes a story; repeating it with the same request id gets the same story. */
  public record Submit(
      String requestId, Digest content, Story story, ActorRef<SubmitOutcome> replyTo)
      implements Command {}

  /** Asks for the way to a story; empty if there is no such story. */
  public record Find(String storyId, ActorRef<Optional<StoryRef>> replyTo) implements Command {}

  /** Asks for a page of stories, newest first; the token is empty or from the page before. */
  public record ListPage(int pageSize, String pageToken, ActorRef<StoryPage> replyTo)
      implements Command {}

  /** Passes on what a worker says about a story. */
  public record Deliver(WorkerKey worker, Report report) implements Command {}

  /** Passes on that the latent store has a checkpoint. */
  public record DeliverCheckpoint(LeaseToken chunk, int stepIndex) implements Command {}

  private record Ended(StorySummary story) implements Command {}

  /** A story in a list. */
  public sealed interface Listed {

    /** It goes on, and has to be asked how it stands. */
    record Open(StoryRef story) implements Listed {}

    /** It has ended, and stays as it is. */
    record Closed(StorySummary story) implements Listed {}
  }

  /** A page of stories; the token is empty on the last one. */
  public record StoryPage(List<Listed> stories, String nextPageToken) {
    public StoryPage {
      stories = List.copyOf(stories);
    }
  }

  private final ActorRef<StoryHost.Command> host;
  private final int openStoriesMax;

  /**
   * The registry.
   *
   * @param openStoriesMax stories that may be unfinished at once
   */
  public static Behavior<Command> create(StorySurroundings surroundings, int openStoriesMax) {
    return Behaviors.setup(context -> new StoryRegistry(context, surroundings, openStoriesMax));
  }

  private StoryRegistry(
      ActorContext<Command> context, StorySurroundings surroundings, int openStoriesMax) {
    super(PersistenceId.ofUniqueId("stories"), Supervision.restarting());
    this.openStoriesMax = openStoriesMax;
    ActorRef<Command> self = context.getSelf();
    this.host =
        context.spawn(
            StoryHost.create(
                surroundings.withNews(
                    news -> {
                      surroundings.news().accept(news);
                      if (!news.progress().isOpen()) {
                        self.tell(new Ended(StorySummaries.of(news.progress())));
                      }
                    })),
            "host");
  }

  @Override
  public StoryCatalog emptyState() {
    return new StoryCatalog();
  }

  @Override
  public EventHandler<StoryCatalog, CatalogEvent> eventHandler() {
    return StoryCatalog::apply;
  }

  @Override
  public SignalHandler<StoryCatalog> signalHandler() {
    return newSignalHandlerBuilder()
        .onSignal(
            RecoveryCompleted.instance(),
            catalog ->
                catalog.open().stream()
                    .sorted()
                    .forEach(storyId -> host.tell(new StoryHost.Wake(storyId))))
        .build();
  }

  @Override
  public CommandHandler<Command, CatalogEvent, StoryCatalog> commandHandler() {
    return (catalog, command) ->
        switch (command) {
          case Submit submit -> onSubmit(catalog, submit);
          case Find(String storyId, var replyTo) ->
              Effect()
                  .reply(
                      replyTo,
                      catalog.contains(storyId) ? Optional.of(ref(storyId)) : Optional.empty());
          case ListPage(int pageSize, String token, var replyTo) ->
              Effect().reply(replyTo, page(catalog, pageSize, token));
          case Deliver(WorkerKey worker, Report report) -> {
            if (catalog.isOpen(report.lease().storyId())) {
              ref(report.lease().storyId()).tell(new StoryCommand.Heard(worker, report));
            }
            yield Effect().none();
          }
          case DeliverCheckpoint(LeaseToken chunk, int stepIndex) -> {
            if (catalog.isOpen(chunk.storyId())) {
              ref(chunk.storyId()).tell(new StoryCommand.CheckpointTaken(chunk, stepIndex));
            }
            yield Effect().none();
          }
          case Ended(StorySummary story) ->
              catalog.isOpen(story.storyId())
                  ? Effect().persist(new StoryClosed(story))
                  : Effect().none();
        };
  }

  private Effect<CatalogEvent, StoryCatalog> onSubmit(StoryCatalog catalog, Submit submit) {
    Optional<StoryRegistered> known = catalog.byRequest(submit.requestId());
    if (known.isPresent()) {
      if (!known.get().content().equals(submit.content())) {
        return Effect()
            .reply(
                submit.replyTo(),
                new SubmitOutcome.Refused(
                    ErrorCode.ALREADY_EXISTS,
                    "request_id %s: expected the story of %s again, found another one"
                        .formatted(submit.requestId(), known.get().storyId())));
      }
      start(known.get(), submit);
      return Effect().none();
    }
    if (catalog.openCount() >= openStoriesMax) {
      return Effect()
          .reply(
              submit.replyTo(),
              new SubmitOutcome.Refused(
                  ErrorCode.LIMIT_REACHED,
                  "expected fewer than %d unfinished stories, found %d: wait until one has ended"
                      .formatted(openStoriesMax, catalog.openCount())));
    }
    long sequence = catalog.nextSequence();
    var registered =
        new StoryRegistered(
            "story-%06d".formatted(sequence), sequence, submit.requestId(), submit.content());
    return Effect().persist(registered).thenRun(state -> start(registered, submit));
  }

  /** Hands the story to its actor, which journals it before anybody hears of it. */
  private void start(StoryRegistered registered, Submit submit) {
    ref(registered.storyId())
        .tell(new StoryCommand.Submit(registered.sequence(), submit.story(), submit.replyTo()));
  }

  private StoryPage page(StoryCatalog catalog, int pageSize, String pageToken) {
    long before = pageToken.isEmpty() ? Long.MAX_VALUE : Long.parseLong(pageToken);
    StoryCatalog.Page page = catalog.page(pageSize, before);
    return new StoryPage(
        page.storyIds().stream().map(storyId -> listed(catalog, storyId)).toList(),
        page.nextPageToken());
  }

  private Listed listed(StoryCatalog catalog, String storyId) {
    return catalog
        .ended(storyId)
        .<Listed>map(Listed.Closed::new)
        .orElseGet(() -> new Listed.Open(ref(storyId)));
  }

  private StoryRef ref(String storyId) {
    return new StoryRef(storyId, host);
  }
}

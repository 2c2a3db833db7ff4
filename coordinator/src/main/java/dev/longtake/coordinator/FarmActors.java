package dev.longtake.coordinator;

import dev.longtake.coordinator.api.Farm;
import dev.longtake.coordinator.api.OpenShots;
import dev.longtake.coordinator.dispatch.DispatchActor;
import dev.longtake.coordinator.journal.Journal;
import dev.longtake.coordinator.story.actor.StoryRegistry;
import dev.longtake.coordinator.story.actor.StorySurroundings;
import dev.longtake.coordinator.story.actor.StoryWork;
import dev.longtake.coordinator.workers.WorkersActor;
import dev.longtake.metrics.Metrics;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The actor system of a coordinator, with its journal. */
final class FarmActors implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(FarmActors.class);
  private static final Duration ASK_TIMEOUT = Duration.ofSeconds(10);
  private static final long END_SECONDS = 10;

  private sealed interface Command {}

  private record Start(Parts parts, CompletableFuture<Farm> started) implements Command {}

  /** What the actors work with. */
  record Parts(
      CoordinatorConfig config,
      StoryWork work,
      OpenShots openShots,
      Metrics metrics,
      Executor executor,
      InstantSource clock) {}

  private final ActorSystem<Command> system;

  private FarmActors(ActorSystem<Command> system) {
    this.system = system;
  }

  /** Starts the system and opens the journal; no actor runs yet. */
  static FarmActors open(Path journalFolder) {
    Journal.requireReadable(journalFolder);
    ActorSystem<Command> system =
        ActorSystem.create(
            Behaviors.<Command>setup(
                context ->
                    Behaviors.receiveMessage(
                        command -> {
                          switch (command) {
                            case Start(Parts parts, var started) ->
                                started.complete(spawn(context, parts));
                          }
                          return Behaviors.same();
                        })),
            "longtake",
            Journal.config(journalFolder));
    var actors = new FarmActors(system);
    try {
      Journal.open(system);
    } catch (RuntimeException e) {
      actors.close();
      throw e;
    }
    return actors;
  }

  /** Starts the actors: stories that are open go on. */
  Farm start(Parts parts) {
    var started = new CompletableFuture<Farm>();
    system.tell(new Start(parts, started));
    return started.orTimeout(ASK_TIMEOUT.toSeconds(), TimeUnit.SECONDS).join();
  }

  private static Farm spawn(ActorContext<Command> context, Parts parts) {
    CoordinatorConfig config = parts.config();
    var meter = new FarmMeter(parts.metrics());
    ActorRef<DispatchActor.Command> dispatch =
        context.spawn(
            DispatchActor.create(config.workerGrace(), config.checkpoints(), meter::countChunks),
            "dispatch");
    ActorRef<StoryRegistry.Command> registry =
        context.spawn(
            StoryRegistry.create(
                new StorySurroundings(
                    parts.work(),
                    news -> {
                      parts.openShots().note(news.progress());
                      dispatch.tell(new DispatchActor.StoryChanged(news));
                    },
                    meter,
                    parts.executor(),
                    parts.clock()),
                config.openStoriesMax()),
            "stories");
    ActorRef<WorkersActor.Command> workers =
        context.spawn(
            WorkersActor.create(
                new WorkersActor.Surroundings(
                    dispatch,
                    registry,
                    config.workerGrace(),
                    config.leaseTimeout(),
                    config.workersMax(),
                    parts.clock(),
                    count -> parts.metrics().workers.set(count))),
            "workers");
    return new Farm(context.getSystem(), registry, workers, ASK_TIMEOUT);
  }

  @Override
  public void close() {
    system.terminate();
    try {
      system.getWhenTerminated().toCompletableFuture().get(END_SECONDS, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (ExecutionException | TimeoutException e) {
      log.warn("the actor system did not end in time", e);
    }
  }
}

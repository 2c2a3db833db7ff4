package dev.longtake.coordinator;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigValueFactory;
import dev.longtake.coordinator.api.Farm;
import dev.longtake.coordinator.api.OpenShots;
import dev.longtake.coordinator.dispatch.DispatchActor;
import dev.longtake.coordinator.journal.Journal;
import dev.longtake.coordinator.story.actor.StoryRegistry;
import dev.longtake.coordinator.story.actor.StorySurroundings;
import dev.longtake.coordinator.story.actor.StoryWork;
import dev.longtake.coordinator.workers.WorkersActor;
import dev.longtake.error.ErrorCode;
import dev.longtake.error.LongtakeException;
import dev.longtake.lifetime.Opened;
import dev.longtake.metrics.Metrics;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Map;
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

  /**
   * Starts the system and opens the journal; no actor runs yet.
   *
   * @param pekko settings that count more than those of {@code pekko.conf}
   */
  static FarmActors open(Path journalFolder, Map<String, Object> pekko) {
    Journal.requireReadable(journalFolder);
    try {
      return open(config(journalFolder, pekko));
    } catch (ConfigException e) {
      throw new LongtakeException(
          ErrorCode.CONFIGURATION_INVALID, "pekko: refused by Pekko: " + e.getMessage(), e);
    }
  }

  static Config config(Path journalFolder, Map<String, Object> pekko) {
    return ConfigValueFactory.fromMap(pekko, "settings")
        .atKey("pekko")
        .withFallback(Journal.config(journalFolder));
  }

  private static FarmActors open(Config config) {
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
            config);
    try (var opened = new Opened()) {
      var actors = opened.add(new FarmActors(system));
      Journal.open(system);
      return opened.keep(actors);
    }
  }

  /** Starts the actors: stories that are open go on. */
  Farm start(Parts parts) {
    var started = new CompletableFuture<Farm>();
    system.tell(new Start(parts, started));
    return started
        .orTimeout(parts.config().timing().answerTimeout().toMillis(), TimeUnit.MILLISECONDS)
        .join();
  }

  private static Farm spawn(ActorContext<Command> context, Parts parts) {
    CoordinatorConfig config = parts.config();
    var meter = new FarmMeter(parts.metrics());
    ActorRef<DispatchActor.Command> dispatch = spawnDispatch(context, config, meter);
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
                    parts.clock(),
                    config.timing().progressInterval()),
                config.limits().openStories()),
            "stories");
    ActorRef<WorkersActor.Command> workers =
        context.spawn(
            WorkersActor.create(
                new WorkersActor.Surroundings(
                    dispatch,
                    registry,
                    new WorkersActor.Times(
                        config.lease().reconnect(),
                        config.lease().timeout(),
                        config.lease().heartbeat(),
                        config.lease().checkInterval()),
                    config.limits().workers(),
                    parts.clock(),
                    count -> parts.metrics().workers.set(count))),
            "workers");
    return new Farm(context.getSystem(), registry, workers, config.timing().answerTimeout());
  }

  private static ActorRef<DispatchActor.Command> spawnDispatch(
      ActorContext<Command> context, CoordinatorConfig config, FarmMeter meter) {
    return context.spawn(
        DispatchActor.create(
            new DispatchActor.Surroundings(
                config.lease().reconnect(),
                config.timing().answerTimeout(),
                config.latents().checkpoints(),
                meter::countChunks)),
        "dispatch");
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

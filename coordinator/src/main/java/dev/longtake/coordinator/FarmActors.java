package dev.longtake.coordinator;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigValueFactory;
import dev.longtake.coordinator.api.Farm;
import dev.longtake.coordinator.api.OpenShots;
import dev.longtake.coordinator.catalog.CatalogWriter;
import dev.longtake.coordinator.catalog.JdbcStoryCatalog;
import dev.longtake.coordinator.catalog.StoryCatalog;
import dev.longtake.coordinator.database.Database;
import dev.longtake.coordinator.dispatch.DispatchActor;
import dev.longtake.coordinator.journal.Journal;
import dev.longtake.coordinator.story.actor.HostedStories;
import dev.longtake.coordinator.story.actor.Stories;
import dev.longtake.coordinator.story.actor.StoryHost;
import dev.longtake.coordinator.story.actor.StorySurroundings;
import dev.longtake.coordinator.story.actor.StoryWork;
import dev.longtake.coordinator.workers.WorkersActor;
import dev.longtake.error.ErrorCode;
import dev.longtake.error.LongtakeException;
import dev.longtake.lifetime.Opened;
import dev.longtake.metrics.Metrics;
import java.nio.file.Path;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.pekko.actor.BootstrapSetup;
import org.apache.pekko.actor.setup.ActorSystemSetup;
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

  private record Start(
      Parts parts,
      StoryCatalog catalog,
      CatalogWriter writer,
      List<String> open,
      CompletableFuture<Farm> started)
      implements Command {}

  /** What the actors work with. */
  record Parts(
      CoordinatorConfig config,
      StoryWork work,
      OpenShots openShots,
      Metrics metrics,
      Executor executor,
      InstantSource clock) {

    Parts {
      InstantSource exact = clock;
      // Times come back from every database as they were.
      clock = () -> exact.instant().truncatedTo(ChronoUnit.MICROS);
    }
  }

  private final Database database;
  private final ActorSystem<Command> system;
  private Optional<CatalogWriter> writer = Optional.empty();

  private FarmActors(Database database, ActorSystem<Command> system) {
    this.database = database;
    this.system = system;
  }

  /**
   * Opens the journal and starts the system; no actor runs yet.
   *
   * @param pekko settings that count more than those of {@code pekko.conf}
   */
  static FarmActors open(Path journalFolder, Map<String, Object> pekko) {
    try (var opened = new Opened()) {
      Database database = opened.add(Journal.open(journalFolder));
      return opened.keep(new FarmActors(database, system(config(pekko), database)));
    } catch (ConfigException e) {
      throw new LongtakeException(
          ErrorCode.CONFIGURATION_INVALID, "pekko: refused by Pekko: " + e.getMessage(), e);
    }
  }

  static Config config(Map<String, Object> pekko) {
    return ConfigValueFactory.fromMap(pekko, "settings")
        .atKey("pekko")
        .withFallback(Journal.config());
  }

  private static ActorSystem<Command> system(Config config, Database database) {
    return ActorSystem.create(
        Behaviors.<Command>setup(
            context ->
                Behaviors.receiveMessage(
                    command -> {
                      switch (command) {
                        case Start start -> start.started().complete(spawn(context, start));
                      }
                      return Behaviors.same();
                    })),
        "longtake",
        ActorSystemSetup.create(BootstrapSetup.create(config), Journal.in(database)));
  }

  /** Starts the actors: stories that are open go on. */
  Farm start(Parts parts) {
    var catalog =
        new JdbcStoryCatalog(database, parts.clock(), parts.config().limits().openStories());
    catalog.forgetAbandoned();
    var writing = new CatalogWriter(catalog);
    writer = Optional.of(writing);
    var started = new CompletableFuture<Farm>();
    system.tell(new Start(parts, catalog, writing, catalog.open(), started));
    return started
        .orTimeout(parts.config().timing().answerTimeout().toMillis(), TimeUnit.MILLISECONDS)
        .join();
  }

  private static Farm spawn(ActorContext<Command> context, Start start) {
    Parts parts = start.parts();
    CoordinatorConfig config = parts.config();
    var meter = new FarmMeter(parts.metrics());
    ActorRef<DispatchActor.Command> dispatch = spawnDispatch(context, config, meter);
    Stories stories =
        spawnStories(
            context,
            new StorySurroundings(
                parts.work(),
                news -> {
                  parts.openShots().note(news.progress());
                  dispatch.tell(new DispatchActor.StoryChanged(news));
                },
                start.writer(),
                meter,
                parts.executor(),
                parts.clock(),
                config.timing().progressInterval()));
    start.open().forEach(stories::wake);
    ActorRef<WorkersActor.Command> workers =
        context.spawn(
            WorkersActor.create(
                new WorkersActor.Surroundings(
                    dispatch,
                    stories,
                    new WorkersActor.Times(
                        config.lease().reconnect(),
                        config.lease().timeout(),
                        config.lease().heartbeat(),
                        config.lease().checkInterval()),
                    config.limits().workers(),
                    parts.clock(),
                    count -> parts.metrics().workers.set(count))),
            "workers");
    return new Farm(
        context.getSystem(), stories, start.catalog(), workers, config.timing().answerTimeout());
  }

  private static Stories spawnStories(
      ActorContext<Command> context, StorySurroundings surroundings) {
    return new HostedStories(
        context.spawn(StoryHost.create(surroundings), "stories"), context.getSystem().scheduler());
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
    writer.ifPresent(CatalogWriter::close);
    database.close();
  }
}

package dev.longtake.coordinator;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigValueFactory;
import dev.longtake.coordinator.api.Farm;
import dev.longtake.coordinator.catalog.CatalogWriter;
import dev.longtake.coordinator.catalog.JdbcStoryCatalog;
import dev.longtake.coordinator.catalog.StoryCatalog;
import dev.longtake.coordinator.catalog.StoryEndings;
import dev.longtake.coordinator.cluster.EncryptedLinks;
import dev.longtake.coordinator.cluster.MessageMapper;
import dev.longtake.coordinator.database.Database;
import dev.longtake.coordinator.dispatch.DispatchActor;
import dev.longtake.coordinator.dispatch.DispatchCommand;
import dev.longtake.coordinator.dispatch.DispatchLink;
import dev.longtake.coordinator.dispatch.LinkCommand;
import dev.longtake.coordinator.dispatch.ledger.JdbcUseStore;
import dev.longtake.coordinator.journal.Journal;
import dev.longtake.coordinator.logs.LogBook;
import dev.longtake.coordinator.room.RoomWatch;
import dev.longtake.coordinator.story.actor.Stories;
import dev.longtake.coordinator.story.actor.StorySurroundings;
import dev.longtake.coordinator.story.actor.StoryWork;
import dev.longtake.coordinator.story.actor.TaskThreads;
import dev.longtake.coordinator.workers.MarkStore;
import dev.longtake.coordinator.workers.WorkersActor;
import dev.longtake.error.ErrorCode;
import dev.longtake.error.LongtakeException;
import dev.longtake.lifetime.Opened;
import dev.longtake.metrics.Metrics;
import dev.longtake.security.TlsIdentity;
import dev.longtake.words.DurationText;
import java.nio.file.Path;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.pekko.actor.BootstrapSetup;
import org.apache.pekko.actor.setup.ActorSystemSetup;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.cluster.typed.Cluster;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The actor system of a coordinator, with its journal. */
final class FarmActors implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(FarmActors.class);
  private static final String SYSTEM = "longtake";
  private static final long END_SECONDS = 10;

  private sealed interface Command {}

  private record Start(
      Parts parts,
      Database database,
      StoryCatalog catalog,
      CatalogWriter writer,
      LogBook lines,
      CompletableFuture<Farm> started)
      implements Command {}

  /** What the actors work with. */
  record Parts(
      CoordinatorConfig config,
      StoryWork work,
      NewsDesk.Desks desks,
      RoomWatch room,
      MarkStore marks,
      Metrics metrics,
      TaskThreads threads,
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
  private final LogBook lines;

  private FarmActors(Database database, ActorSystem<Command> system) {
    this.database = database;
    this.system = system;
    this.lines = LogBook.in(database);
  }

  /**
   * Opens the journal and starts the system; no actor runs yet. What the operator's {@code pekko}
   * block says counts more than {@code pekko.conf}.
   */
  static FarmActors open(
      Path journalFolder, CoordinatorConfig config, Optional<TlsIdentity> identity) {
    CoordinatorConfig.Cluster cluster = config.cluster();
    try (var opened = new Opened()) {
      Database database =
          opened.add(
              switch (config.storage().journal()) {
                case FOLDER -> Journal.open(journalFolder, true);
                case UNFORCED_FOLDER -> Journal.open(journalFolder, false);
                case POSTGRESQL -> Journal.open(config.storage().postgresql());
              });
      Config settings = config(cluster, config.pekko(), identity.isPresent());
      var actors = opened.add(new FarmActors(database, system(settings, database, identity)));
      actors.join(cluster);
      return opened.keep(actors);
    } catch (ConfigException e) {
      throw new LongtakeException(
          ErrorCode.CONFIGURATION_INVALID, "pekko: refused by Pekko: " + e.getMessage(), e);
    }
  }

  static Config config(
      CoordinatorConfig.Cluster cluster, Map<String, Object> pekko, boolean isEncrypted) {
    Config settings = ConfigValueFactory.fromMap(pekko, "settings").atKey("pekko");
    return cluster.members().list().isEmpty()
        ? settings.withFallback(Journal.config())
        : settings
            .withFallback(ConfigFactory.parseMap(ClusterStart.of(cluster, SYSTEM, isEncrypted)))
            .withFallback(clusterConfig());
  }

  private static Config clusterConfig() {
    return ConfigFactory.parseResources(FarmActors.class, "/cluster.conf")
        .withFallback(Journal.config())
        .resolve();
  }

  /** Waits until this coordinator is one of the farm's, where there are several. */
  private void join(CoordinatorConfig.Cluster cluster) {
    if (cluster.members().list().isEmpty()) {
      return;
    }
    var isUp = new CompletableFuture<Boolean>();
    org.apache.pekko.cluster.Cluster.get(system.classicSystem())
        .registerOnMemberUp(() -> isUp.complete(true));
    try {
      isUp.get(cluster.joinTimeout().toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new LongtakeException(ErrorCode.UNAVAILABLE, "the start was interrupted", e);
    } catch (ExecutionException | TimeoutException e) {
      throw new LongtakeException(
          ErrorCode.UNAVAILABLE,
          "cluster.members: expected one of %s to let %s:%d in within %s, found none that did"
              .formatted(
                  cluster.members(),
                  cluster.host(),
                  cluster.port(),
                  DurationText.format(cluster.joinTimeout())),
          e);
    }
  }

  private static ActorSystem<Command> system(
      Config config, Database database, Optional<TlsIdentity> identity) {
    ActorSystemSetup setup =
        ActorSystemSetup.create(
            BootstrapSetup.create(config), Journal.in(database), MessageMapper.setup());
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
        SYSTEM,
        identity.map(it -> setup.and(EncryptedLinks.setup(it))).orElse(setup));
  }

  /**
   * Starts the actors: stories that are open go on.
   *
   * @param endings is told of stories that have ended
   */
  Farm start(Parts parts, StoryEndings endings) {
    var catalog =
        new JdbcStoryCatalog(
            database, parts.clock(), parts.config().limits().openStories(), endings);
    catalog.forgetAbandoned();
    var writing = new CatalogWriter(catalog);
    writer = Optional.of(writing);
    var started = new CompletableFuture<Farm>();
    system.tell(new Start(parts, database, catalog, writing, lines, started));
    return started
        .orTimeout(parts.config().timing().answerTimeout().toMillis(), TimeUnit.MILLISECONDS)
        .join();
  }

  /** Where stories are kept. */
  Database database() {
    return database;
  }

  private static Farm spawn(ActorContext<Command> context, Start start) {
    Parts parts = start.parts();
    CoordinatorConfig config = parts.config();
    Placement placement = placement(context.getSystem(), config.cluster());
    var meter = new FarmMeter(parts.metrics());
    var newsDesk = new NewsDesk(parts.desks(), config.latents().checkpoints(), start.lines());
    Stories stories =
        placement.stories(
            context,
            new StorySurroundings(
                parts.work(),
                newsDesk,
                start.writer(),
                placement.claimant(),
                meter,
                parts.threads(),
                parts.clock(),
                StorySetup.times(config)));
    ActorRef<DispatchCommand> dispatch =
        placement.dispatch(
            context,
            DispatchActor.create(dispatching(start, meter).around(placement::members, stories)));
    ActorRef<LinkCommand> link =
        context.spawn(
            DispatchLink.create(placement.node(), dispatch, DispatchSetup.CHECK_INTERVAL),
            "dispatch-link");
    newsDesk.open(new NewsDesk.Readers(link, placement.doors(context, parts.desks().openShots())));
    ActorRef<WorkersActor.Command> workers =
        context.spawn(WorkersActor.create(sessions(parts, meter).around(link, stories)), "workers");
    return new Farm(
        context.getSystem(),
        stories,
        start.catalog(),
        workers,
        dispatch,
        parts.room(),
        parts.marks(),
        config.timing().answerTimeout());
  }

  private static DispatchSetup dispatching(Start start, FarmMeter meter) {
    return new DispatchSetup(
        start.parts().config(),
        start.parts().room(),
        start.catalog(),
        new JdbcUseStore(start.database()),
        start.parts().clock(),
        meter);
  }

  private static WorkersSetup sessions(Parts parts, FarmMeter meter) {
    return new WorkersSetup(parts.config(), parts.marks(), parts.clock(), meter);
  }

  private static Placement placement(ActorSystem<?> system, CoordinatorConfig.Cluster cluster) {
    return cluster.members().list().isEmpty()
        ? new Placement.Alone()
        : new Placement.Together(Cluster.get(system));
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
    lines.close();
    database.close();
  }
}

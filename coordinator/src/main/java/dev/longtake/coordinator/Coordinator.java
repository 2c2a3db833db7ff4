package dev.longtake.coordinator;

import dev.longtake.coordinator.access.DoorSettings;
import dev.longtake.coordinator.access.Doorkeeper;
import dev.longtake.coordinator.access.Tokens;
import dev.longtake.coordinator.api.AccessEndpoint;
import dev.longtake.coordinator.api.ArtifactEndpoint;
import dev.longtake.coordinator.api.Bounds;
import dev.longtake.coordinator.api.Farm;
import dev.longtake.coordinator.api.FarmEndpoint;
import dev.longtake.coordinator.api.FleetEndpoint;
import dev.longtake.coordinator.api.LogEndpoint;
import dev.longtake.coordinator.api.OpenShots;
import dev.longtake.coordinator.api.RpcMeter;
import dev.longtake.coordinator.artifacts.ArtifactStorage;
import dev.longtake.coordinator.artifacts.ArtifactStore;
import dev.longtake.coordinator.artifacts.s3.S3Storage;
import dev.longtake.coordinator.audit.AuditLog;
import dev.longtake.coordinator.catalog.EndedStories;
import dev.longtake.coordinator.database.Database;
import dev.longtake.coordinator.health.Health;
import dev.longtake.coordinator.latents.CheckpointSweep;
import dev.longtake.coordinator.latents.KeptCheckpoints;
import dev.longtake.coordinator.logs.LogStore;
import dev.longtake.coordinator.notify.Notifier;
import dev.longtake.coordinator.room.RoomMarks;
import dev.longtake.coordinator.room.RoomWatch;
import dev.longtake.coordinator.web.WebServer;
import dev.longtake.coordinator.workers.JdbcMarkStore;
import dev.longtake.error.LongtakeException;
import dev.longtake.latent.CheckpointKey;
import dev.longtake.latent.LatentStore;
import dev.longtake.lifetime.Opened;
import dev.longtake.metrics.Metrics;
import dev.longtake.metrics.MetricsServer;
import dev.longtake.security.PeerRole;
import dev.longtake.security.Role;
import dev.longtake.security.TlsIdentity;
import io.grpc.BindableService;
import io.grpc.ServerInterceptor;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A running coordinator: journal, latent store, artifacts, actors and the gRPC server. Starting it
 * lets open stories go on; closing it ends everything in reverse.
 */
public final class Coordinator implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(Coordinator.class);

  private static final Clock CLOCK = Clock.systemUTC();
  private static final long MEASURE_SECONDS = 2;

  private final Deque<AutoCloseable> parts = new ArrayDeque<>();
  private CompletableFuture<LongtakeException> failure = new CompletableFuture<>();
  private int port;
  private int metricsPort = -1;
  private int webPort = -1;
  private String webHost = "";

  private Coordinator() {}

  /**
   * Starts a coordinator and returns when it can be used.
   *
   * @throws LongtakeException if the folder is in use, a port is taken, or the journal cannot be
   *     opened; nothing is left running then
   */
  public static Coordinator start(CoordinatorConfig config) {
    try (var opened = new Opened()) {
      var coordinator = opened.add(new Coordinator());
      coordinator.open(config);
      return opened.keep(coordinator);
    }
  }

  private void open(CoordinatorConfig config) {
    Optional<TlsIdentity> identity = identity(config.tls()); // Without it nothing is made.
    DataFolder folder = keep(DataFolder.open(config.storage().folder()));
    Metrics metrics = new Metrics();
    var threads = new StoryThreads(config.film(), config.timing().stopTimeout());
    ArtifactStorage storage = keep(openArtifacts(config.storage()));
    ArtifactStore artifacts = storage.artifacts();
    LatentStore latents = keep(openLatents(config.latents()));
    var checkpoints = new KeptCheckpoints(latents, storage.checkpoints(), metrics);
    var desks = new NewsDesk.Desks(new OpenShots(), keep(StorySetup.traces(config, CLOCK)));
    keep(threads::stop); // After the actors, who begin tasks; before what tasks work on.
    FarmActors actors = keep(FarmActors.open(folder.journal(), config, identity));
    FarmWork work = StorySetup.work(config, storage, latents, checkpoints, folder, metrics);
    Health health = health(actors.database(), latents, artifacts, config.timing().journalOutage());
    Notifier notifier = keep(notifier(actors.database(), config, metrics));
    var marks = new JdbcMarkStore(actors.database(), notifier);
    RoomWatch room = keep(FarmRoom.watch(config.storage(), folder, metrics));
    var parts = new FarmActors.Parts(config, work, desks, room, marks, metrics, threads, CLOCK);
    Farm farm = actors.start(parts, notifier);
    var bounds = new Bounds(farm, desks.openShots());
    var lines = new LogStore(actors.database());
    AuditLog audit = AuditLog.open(folder.audit(), CLOCK);
    List<BindableService> services =
        List.of(
            new FarmEndpoint(farm, artifacts, storage.claims(), audit, metrics),
            new FleetEndpoint(farm, audit, CLOCK, metrics),
            new LogEndpoint(farm, lines, bounds, metrics),
            WorkersSetup.endpoint(config, farm, storage, bounds, metrics),
            WorkersSetup.latents(config, farm, latents, checkpoints, bounds, metrics),
            new ArtifactEndpoint(artifacts, room, bounds, metrics));
    var tokens = serve(config, identity, actors.database(), audit, health, metrics, services);
    forgetOld(config.storage().room(), actors.database(), storage, metrics);
    keep(farm::dismissWorkers);
    keep(health);
    keep(CheckpointSweep.start(checkpoints, farm::hasEnded));
    measureNowAndThen(latents, metrics);
    showMetrics(MetricsServer.start(metrics, health, config.metrics()));
    var shown = Dashboard.content(config.web(), storage, checkpoints, lines);
    showDashboard(config, Dashboard.start(config, farm, shown, audit, health, tokens, metrics));
  }

  private static LatentStore openLatents(CoordinatorConfig.Latents latents) {
    return latents.cluster().open(HeapShare.bytes(latents.heapPercent()));
  }

  private static Optional<TlsIdentity> identity(DoorSettings tls) {
    return tls.folder().map(it -> TlsIdentity.open(it, PeerRole.COORDINATOR, CLOCK));
  }

  private static Notifier notifier(Database database, CoordinatorConfig config, Metrics metrics) {
    return Notifier.open(database, config.notifications(), CLOCK, new FarmMeter(metrics));
  }

  private void forgetOld(
      RoomMarks room, Database database, ArtifactStorage storage, Metrics metrics) {
    room.keep()
        .ifPresent(
            time -> {
              var stories = new EndedStories(database);
              keep(new Retention(stories, storage.old(), time, CLOCK, metrics)).start();
            });
  }

  /** What the store holds becomes more where a worker is, and less wherever its story is. */
  private void measureNowAndThen(LatentStore latents, Metrics metrics) {
    ScheduledExecutorService timer =
        Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().daemon().name("latent-store-bytes").factory());
    keep(timer::shutdownNow);
    var _ =
        timer.scheduleWithFixedDelay(
            () -> measureOnce(latents, metrics),
            MEASURE_SECONDS,
            MEASURE_SECONDS,
            TimeUnit.SECONDS);
  }

  private static void measureOnce(LatentStore latents, Metrics metrics) {
    try {
      metrics.latentStoreBytes.set((double) latents.bytes());
    } catch (LongtakeException e) { // A timer that throws never comes again.
      log.debug("the latent store was not measured: {}", e.getMessage());
    } catch (RuntimeException e) {
      log.error("the latent store was not measured", e);
    }
  }

  private void showMetrics(Optional<MetricsServer> started) {
    started.ifPresent(server -> metricsPort = keep(server).port());
  }

  private void showDashboard(CoordinatorConfig config, Optional<WebServer> started) {
    webHost = config.web().host();
    started.ifPresent(server -> webPort = keep(server).port());
    logStart(config.storage().folder());
  }

  private void logStart(Path folder) {
    log.info("coordinator port={} metricsPort={} dataFolder={} started", port, metricsPort, folder);
  }

  private Health health(
      Database database, LatentStore latents, ArtifactStore artifacts, Duration outageMax) {
    var journal = new Health.Part("journal", Optional.of(outageMax), database::check);
    var nothing = new CheckpointKey("health", 0, 0, 1);
    var health =
        new Health(
            List.of(
                journal,
                new Health.Part("latents", Optional.empty(), () -> latents.checkpoint(nothing)),
                new Health.Part("artifacts", Optional.empty(), artifacts::check)),
            CLOCK);
    var _ = database.failure().thenAccept(why -> health.fail(journal, why));
    failure = health.failure();
    return health;
  }

  private static ArtifactStorage openArtifacts(CoordinatorConfig.Storage storage) {
    long sizeMax = storage.artifactSizeMax().bytes();
    return switch (storage.artifacts()) {
      case FOLDER -> ArtifactStorage.inFolder(storage.artifactsFolder(), sizeMax);
      case S3 -> S3Storage.open(storage.s3(), sizeMax, CLOCK);
    };
  }

  /** Gives the tokens by which people are known, if anybody is asked. */
  private Optional<Tokens> serve(
      CoordinatorConfig config,
      Optional<TlsIdentity> identity,
      Database database,
      AuditLog audit,
      Health health,
      Metrics metrics,
      List<BindableService> services) {
    Tokens tokens = keep(Tokens.open(database, CLOCK));
    List<BindableService> all = new ArrayList<>(services);
    all.add(health.service());
    all.add(new AccessEndpoint(tokens, audit, new SecureRandom(), metrics));
    List<ServerInterceptor> doors = new ArrayList<>();
    Optional<Role> withoutToken = config.tls().withoutToken();
    identity.ifPresent(
        own -> doors.add(keep(Doorkeeper.start(own, tokens::check, withoutToken, metrics))));
    CallServer calls =
        CallServer.start(
            config.listen(), identity, new RpcMeter(metrics, System::nanoTime), doors, all);
    keep(calls::stop);
    port = calls.port();
    health.start();
    return identity.map(own -> tokens);
  }

  private <T extends AutoCloseable> T keep(T part) {
    parts.push(part);
    return part;
  }

  /** Where clients and workers connect. */
  public int port() {
    return port;
  }

  /** Where metrics are shown, or -1. */
  public int metricsPort() {
    return metricsPort;
  }

  /** On which address the dashboard is. */
  public String webHost() {
    return webHost;
  }

  /** Where the dashboard is, or -1. */
  public int webPort() {
    return webPort;
  }

  /** Completes when it cannot go on, and has to be closed, with the reason. */
  public CompletableFuture<LongtakeException> failure() {
    return failure;
  }

  /** Ends it. Open stories go on when a coordinator is started on the same folder. */
  @Override
  public void close() {
    boolean isRunning = port > 0;
    port = 0;
    while (!parts.isEmpty()) {
      AutoCloseable part = parts.pop();
      try {
        part.close();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      } catch (Exception e) {
        log.warn("closing {} failed", part, e);
      }
    }
    if (isRunning) {
      log.info("coordinator stopped");
    }
  }
}

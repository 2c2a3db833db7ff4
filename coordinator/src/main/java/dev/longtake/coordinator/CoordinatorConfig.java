package dev.longtake.coordinator;

import dev.longtake.config.Addresses;
import dev.longtake.config.Configuration;
import dev.longtake.config.DataSize;
import dev.longtake.config.EmptyWord;
import dev.longtake.config.Form;
import dev.longtake.config.Ranges;
import dev.longtake.coordinator.access.DoorSettings;
import dev.longtake.coordinator.artifacts.s3.S3Settings;
import dev.longtake.coordinator.database.PostgresSettings;
import dev.longtake.coordinator.dispatch.share.ShareSettings;
import dev.longtake.coordinator.dispatch.share.TenantTerms;
import dev.longtake.coordinator.latents.LatentCluster;
import dev.longtake.coordinator.notify.NotifySettings;
import dev.longtake.coordinator.notify.Occasions;
import dev.longtake.coordinator.notify.WebAddresses;
import dev.longtake.coordinator.room.RoomMarks;
import dev.longtake.coordinator.traces.TraceSettings;
import dev.longtake.coordinator.web.WebSettings;
import dev.longtake.metrics.MetricsAddress;
import dev.longtake.plan.CheckpointPolicy;
import dev.longtake.security.Role;
import dev.longtake.trace.otlp.TraceTarget;
import dev.longtake.words.Word;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * How a coordinator is set up. {@code coordinator.conf} says what each value is for and its
 * default; here are their ranges. (Fifteen components: one for each section of that file.)
 *
 * <p>Not here: what both sides of the wire must agree on, such as the largest message, slab or
 * picture, and whatever decides a film's bytes.
 */
public record CoordinatorConfig(
    Listen listen,
    DoorSettings tls,
    MetricsAddress metrics,
    TraceSettings traces,
    WebSettings web,
    Cluster cluster,
    Storage storage,
    Lease lease,
    Limits limits,
    ShareSettings shares,
    Latents latents,
    Film film,
    Timing timing,
    NotifySettings notifications,
    Map<String, Object> pekko) {

  /** Reads it. */
  public static final Configuration<CoordinatorConfig> CONFIGURATION =
      Configuration.of(
          CoordinatorConfig.class,
          "coordinator.conf",
          new Form<>(Role.class, Word.listing(Role.class), word -> Word.read(Role.class, word)),
          new Form<>(
              JournalIn.class,
              Word.listing(JournalIn.class),
              word -> Word.read(JournalIn.class, word)),
          new Form<>(
              ArtifactsIn.class,
              Word.listing(ArtifactsIn.class),
              word -> Word.read(ArtifactsIn.class, word)),
          TraceTarget.FORM,
          WebAddresses.FORM,
          Occasions.FORM,
          TenantTerms.FORM);

  private static final int HEAP_PERCENT_MAX = 90;

  /**
   * Where clients and workers connect.
   *
   * @param idle a connection without a call is closed after so long
   */
  public record Listen(String host, int port, Duration idle) {
    public Listen {
      new Ranges()
          .that("host", !host.isBlank(), "a host name or address", "\"" + host + "\"")
          .between("port", port, 0, 65_535)
          .between("idle", idle, Duration.ofSeconds(1), Duration.ofDays(1))
          .check();
    }
  }

  /** Where the journal and the catalog of stories are. */
  public enum JournalIn implements Word {
    FOLDER,
    UNFORCED_FOLDER,
    POSTGRESQL
  }

  /** Where artifacts are. */
  public enum ArtifactsIn implements Word {
    FOLDER,
    S3
  }

  /**
   * Other coordinators of the same farm.
   *
   * @param port where the others reach this one
   * @param members all coordinators, this one among them; none where there is one alone
   */
  public record Cluster(String host, int port, Addresses members, Duration joinTimeout) {
    public Cluster {
      String own = host + ":" + port;
      new Ranges()
          .that("host", !host.isBlank(), "a host name or address", "\"" + host + "\"")
          .between("port", port, 1, 65_535)
          .that(
              "members",
              members.list().isEmpty() || members.list().contains(own),
              "this coordinator, %s, among them".formatted(own),
              members.toString())
          .between("joinTimeout", joinTimeout, Duration.ofSeconds(1), Duration.ofHours(1))
          .check();
    }
  }

  /**
   * What outlives the process.
   *
   * @param folder holds {@code journal/}, if it is in a folder, and what is in the making; for one
   *     process
   * @param artifacts where artifacts and index are
   * @param sharedFolder holds {@code artifacts/} and {@code index/} if they are in a folder; for
   *     any number of coordinators; empty for {@code folder}
   */
  public record Storage(
      Path folder,
      JournalIn journal,
      PostgresSettings postgresql,
      ArtifactsIn artifacts,
      @EmptyWord("auto") Optional<Path> sharedFolder,
      DataSize artifactSizeMax,
      RoomMarks room,
      S3Settings s3) {
    public Storage {
      new Ranges()
          .between(
              "artifactSizeMax",
              artifactSizeMax,
              DataSize.mebibytes(1),
              DataSize.mebibytes(1L << 20))
          .check();
    }

    /** Holds {@code artifacts/} and {@code index/}, if they are in a folder. */
    Path artifactsFolder() {
      return sharedFolder.orElse(folder);
    }
  }

  /**
   * How long workers are trusted with their work.
   *
   * @param timeout how long a worker may be silent
   * @param heartbeat how often a worker is asked to repeat itself
   * @param reconnect how long a worker may take to come back after its stream broke
   * @param progress how long a worker may say that it is there and come no further
   */
  public record Lease(
      Duration timeout,
      Duration heartbeat,
      Duration reconnect,
      Duration checkInterval,
      Duration progress) {
    public Lease {
      Duration least = heartbeat.multipliedBy(2);
      new Ranges()
          .between("timeout", timeout, Duration.ofSeconds(1), Duration.ofHours(1))
          .between("heartbeat", heartbeat, Duration.ofMillis(100), Duration.ofMinutes(5))
          .between("reconnect", reconnect, Duration.ZERO, Duration.ofMinutes(10))
          .between("checkInterval", checkInterval, Duration.ofMillis(10), Duration.ofSeconds(10))
          .between("progress", progress, Duration.ofSeconds(10), Duration.ofDays(7))
          .atLeast("timeout", timeout, "two heartbeats", least)
          .check();
    }
  }

  /**
   * Slabs and checkpoints, which are in memory while shots are denoised.
   *
   * @param checkpointSteps empty to go by time
   * @param checkpointTime what a loss costs at most, where checkpoints go by time
   */
  public record Latents(
      int heapPercent,
      @EmptyWord("auto") OptionalInt checkpointSteps,
      Duration checkpointTime,
      Duration waitMax,
      LatentCluster cluster) {
    public Latents {
      new Ranges()
          .between("heapPercent", heapPercent, 1, HEAP_PERCENT_MAX)
          .between("checkpointSteps", checkpointSteps, 0, CheckpointPolicy.STEP_COUNT_MAX)
          .between(
              "checkpointTime", checkpointTime, Duration.ofSeconds(1), CheckpointPolicy.TIME_MAX)
          .between("waitMax", waitMax, Duration.ofSeconds(1), Duration.ofMinutes(5))
          .check();
    }

    /** How often chunks keep their state. */
    CheckpointPolicy checkpoints() {
      return checkpointSteps.isPresent()
          ? CheckpointPolicy.every(checkpointSteps.getAsInt())
          : CheckpointPolicy.within(checkpointTime);
    }
  }

  /**
   * Joining shots and assembling films.
   *
   * @param threads films at once
   * @param joinThreads shots at once
   * @param patience how long a store that is busy or away is waited for
   */
  public record Film(int threads, int joinThreads, int heapPercent, Duration patience) {
    public Film {
      new Ranges()
          .between("threads", threads, 1, 64)
          .between("joinThreads", joinThreads, 1, 64)
          .between("patience", patience, Duration.ZERO, Duration.ofDays(7))
          .between("heapPercent", heapPercent, 1, HEAP_PERCENT_MAX)
          .check();
    }
  }

  /**
   * Waiting that is not about workers.
   *
   * @param journalOutage how long the journal may not answer before the coordinator ends
   * @param snapshotEvents events of a story from one snapshot to the next
   * @param stillAfter a shot that is under way and has not moved for so long is said to stand still
   */
  public record Timing(
      Duration progressInterval,
      Duration answerTimeout,
      Duration journalOutage,
      int snapshotEvents,
      Duration stopTimeout,
      Duration stillAfter) {
    public Timing {
      new Ranges()
          .between(
              "progressInterval", progressInterval, Duration.ofMillis(10), Duration.ofMinutes(1))
          .between("answerTimeout", answerTimeout, Duration.ofSeconds(1), Duration.ofMinutes(5))
          .between("journalOutage", journalOutage, Duration.ofSeconds(1), Duration.ofDays(1))
          .between("snapshotEvents", snapshotEvents, 10, 1_000_000)
          .between("stopTimeout", stopTimeout, Duration.ZERO, Duration.ofMinutes(10))
          .between("stillAfter", stillAfter, Duration.ofSeconds(1), Duration.ofDays(1))
          .check();
    }
  }

  public CoordinatorConfig {
    pekko = Collections.unmodifiableMap(new LinkedHashMap<>(pekko)); // may hold nulls
    int both = latents.heapPercent() + film.heapPercent();
    boolean isAlone = cluster.members().list().isEmpty();
    String encrypted = "tls.folder, or tls.allow-plaintext = true, where other machines reach it";
    new Ranges()
        .that("listen.host", tls.isSafeOn(listen.host()), encrypted, neither(listen.host()))
        .that(
            "cluster.host",
            isAlone || tls.isSafeOn(cluster.host()),
            encrypted,
            neither(cluster.host()))
        .that(
            "film.heapPercent",
            both <= HEAP_PERCENT_MAX,
            "at most %d together with latents.heap-percent".formatted(HEAP_PERCENT_MAX),
            "%d + %d".formatted(film.heapPercent(), latents.heapPercent()))
        .that(
            "storage.journal",
            isAlone || storage.journal() == JournalIn.POSTGRESQL,
            "postgresql, which all of cluster.members share",
            storage.journal().word())
        .that(
            "latents.cluster.members",
            isAlone || !latents.cluster().members().list().isEmpty(),
            "the coordinators of cluster.members",
            "none")
        .check();
  }

  private static String neither(String host) {
    return "neither for \"" + host + "\"";
  }
}

package dev.longtake.coordinator;

import static dev.longtake.coordinator.CoordinatorConfig.CONFIGURATION;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.longtake.config.Addresses;
import dev.longtake.config.DataSize;
import dev.longtake.config.Overrides;
import dev.longtake.config.Secret;
import dev.longtake.coordinator.access.DoorSettings;
import dev.longtake.coordinator.artifacts.s3.S3Settings;
import dev.longtake.coordinator.database.PostgresSettings;
import dev.longtake.coordinator.dispatch.share.ShareSettings;
import dev.longtake.coordinator.dispatch.share.TenantTerms;
import dev.longtake.coordinator.dispatch.share.Terms;
import dev.longtake.coordinator.latents.LatentCluster;
import dev.longtake.coordinator.room.RoomMarks;
import dev.longtake.coordinator.web.WebSettings;
import dev.longtake.metrics.MetricsAddress;
import dev.longtake.plan.CheckpointPolicy;
import dev.longtake.security.Role;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Of each section: its defaults, and every key mapped. */
class CoordinatorConfigTest {

  private static final CoordinatorConfig DEFAULTS = CONFIGURATION.defaults();

  private static CoordinatorConfig parse(String text) {
    return CONFIGURATION.parse("coordinator.conf", text, Overrides.NONE);
  }

  @Test
  void listen_defaults_areLoopback() {
    assertThat(DEFAULTS.listen())
        .isEqualTo(new CoordinatorConfig.Listen("127.0.0.1", 7470, Duration.ofMinutes(5)));
  }

  @Test
  void listen_everyKey_isMapped() {
    assertThat(parse("listen { host = render1, port = 1, idle = 2s }, tls.folder = certs").listen())
        .isEqualTo(new CoordinatorConfig.Listen("render1", 1, Duration.ofSeconds(2)));
  }

  @Test
  void tls_defaults_areNone() {
    assertThat(DEFAULTS.tls())
        .isEqualTo(new DoorSettings(Optional.empty(), false, Optional.empty()));
  }

  @Test
  void tls_everyKey_isMapped() {
    assertThat(parse("tls { folder = certs, allow-plaintext = true, without-token = lead }").tls())
        .isEqualTo(new DoorSettings(Optional.of(Path.of("certs")), true, Optional.of(Role.LEAD)));
  }

  /** Whoever opens a port to others says so. */
  @ParameterizedTest
  @ValueSource(strings = {"0.0.0.0", "10.0.0.5", "no-such.invalid", "::"})
  void listen_beyondThisMachineInPlaintext_isRefused(String host) {
    assertThatThrownBy(() -> parse("listen.host = \"" + host + "\""))
        .hasMessageContaining(
            "listen.host: expected tls.folder, or tls.allow-plaintext = true, where other machines"
                + " reach it, found neither for \""
                + host
                + "\"");
    assertThat(parse("tls.allow-plaintext = true, listen.host = \"" + host + "\"").listen().host())
        .isEqualTo(host);
  }

  @ParameterizedTest
  @ValueSource(strings = {"localhost", "127.0.0.1", "127.3.2.1", "::1"})
  void listen_onThisMachineInPlaintext_isTaken(String host) {
    assertThat(parse("listen.host = \"" + host + "\"").listen().host()).isEqualTo(host);
  }

  @Test
  void metrics_defaults_areLoopback() {
    assertThat(DEFAULTS.metrics()).isEqualTo(new MetricsAddress("127.0.0.1", OptionalInt.of(7471)));
  }

  @Test
  void metrics_everyKey_isMapped() {
    assertThat(parse("metrics { host = render1, port = off }").metrics())
        .isEqualTo(new MetricsAddress("render1", OptionalInt.empty()));
  }

  @Test
  void cluster_defaults_areOneCoordinatorAlone() {
    assertThat(DEFAULTS.cluster())
        .isEqualTo(
            new CoordinatorConfig.Cluster(
                "127.0.0.1", 7473, Addresses.NONE, Duration.ofMinutes(1)));
  }

  @Test
  void cluster_everyKey_isMapped() {
    String text =
        """
        cluster { host = b, port = 2, members = "a:1, b:2", join-timeout = 5s }
        latents.cluster { members = "127.0.0.1:7474, a:9", secret = "sixteen letters!" }
        storage.journal = postgresql
        tls.folder = certs
        """;

    assertThat(parse(text).cluster())
        .isEqualTo(
            new CoordinatorConfig.Cluster(
                "b", 2, new Addresses(List.of("a:1", "b:2")), Duration.ofSeconds(5)));
  }

  @ParameterizedTest
  @ValueSource(strings = {"a:1", "127.0.0.1:7474", "127.0.0.1", "a:1,,b:2", ":7473", "a:99999"})
  void cluster_membersWithoutThisOne_isRefused(String members) {
    assertThatThrownBy(() -> parse("cluster.members = \"" + members + "\""))
        .hasMessageContaining("cluster.members: expected");
  }

  /** Each coordinator would have stories of its own, and exchange nothing with the others. */
  @Test
  void cluster_withoutWhatItsMembersShare_isRefused() {
    assertThatThrownBy(() -> parse("cluster.members = \"127.0.0.1:7473, b:2\""))
        .hasMessageContaining("storage.journal: expected postgresql")
        .hasMessageContaining(
            "latents.cluster.members: expected the coordinators of cluster.members");
  }

  @Test
  void shares_defaults_areEqual() {
    assertThat(DEFAULTS.shares()).isEqualTo(ShareSettings.EQUAL);
  }

  @Test
  void shares_everyKey_isMapped() {
    String text =
        """
        shares {
          tenants = "north weight=3 chunks=40, south, * weight=2"
          half-life = 1h
          chunk-delay = 2s
        }
        """;

    assertThat(parse(text).shares())
        .isEqualTo(
            new ShareSettings(
                Duration.ofHours(1),
                Duration.ofSeconds(2),
                new TenantTerms(
                    Map.of(
                        "north", new Terms(3, OptionalInt.of(40), Optional.empty()),
                        "south", Terms.USUAL,
                        "*", new Terms(2, OptionalInt.empty(), Optional.empty())))));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "north weight=0",
        "north weight=1001",
        "north weight",
        "north chunks=-1",
        "north chunks=9999999999",
        "north width=3",
        "weight=3",
        "north, north",
        "north,,south"
      })
  void shares_ofTenantsThatAreNoSuch_areRefused(String tenants) {
    assertThatThrownBy(() -> parse("shares.tenants = \"" + tenants + "\""))
        .hasMessageContaining("shares.tenants: expected tenants with commas between them");
  }

  @Test
  void storage_defaults_areAFolderHere() {
    assertThat(DEFAULTS.storage())
        .isEqualTo(
            new CoordinatorConfig.Storage(
                Path.of("farm"),
                CoordinatorConfig.JournalIn.FOLDER,
                new PostgresSettings(
                    "jdbc:postgresql://127.0.0.1:5432/longtake",
                    "longtake",
                    Optional.empty(),
                    Optional.empty()),
                CoordinatorConfig.ArtifactsIn.FOLDER,
                Optional.empty(),
                DataSize.mebibytes(2048),
                new RoomMarks(DataSize.mebibytes(2048), DataSize.mebibytes(256), Optional.empty()),
                new S3Settings(
                    Optional.empty(),
                    "us-east-1",
                    "longtake",
                    "",
                    true,
                    Optional.empty(),
                    DataSize.mebibytes(128),
                    Duration.ofMinutes(1))));
  }

  @Test
  void storage_everyKey_isMapped() {
    assertThat(
            parse(
                    """
                    storage {
                      folder = "/var/farm", journal = postgresql
                      postgresql { url = "jdbc:postgresql://db/films", user = farm, password = horse }
                      artifacts = s3, shared-folder = "/srv/farm"
                      artifact-size-max = 8 GiB
                      room { free-low = 64 MiB, free-critical = 32 MiB, keep = 720h }
                      s3 { endpoint = "http://10.0.0.9:9000", region = eu-1, bucket = films
                           prefix = "a/b/", path-style = false, credentials-file = "/etc/keys"
                           upload-memory = 1 GiB, timeout = 2m }
                    }
                    """)
                .storage())
        .isEqualTo(
            new CoordinatorConfig.Storage(
                Path.of("/var/farm"),
                CoordinatorConfig.JournalIn.POSTGRESQL,
                new PostgresSettings(
                    "jdbc:postgresql://db/films",
                    "farm",
                    Optional.of(new Secret("horse")),
                    Optional.empty()),
                CoordinatorConfig.ArtifactsIn.S3,
                Optional.of(Path.of("/srv/farm")),
                DataSize.mebibytes(8192),
                new RoomMarks(
                    DataSize.mebibytes(64),
                    DataSize.mebibytes(32),
                    Optional.of(Duration.ofDays(30))),
                new S3Settings(
                    Optional.of("http://10.0.0.9:9000"),
                    "eu-1",
                    "films",
                    "a/b/",
                    false,
                    Optional.of(Path.of("/etc/keys")),
                    DataSize.mebibytes(1024),
                    Duration.ofMinutes(2))));
  }

  @Test
  void postgresql_passwordInAFile_isMappedAndNeverShown() {
    CoordinatorConfig inFile = parse("storage.postgresql.password-file = \"/run/secrets/farm\"");
    CoordinatorConfig here = parse("storage.postgresql.password = horse");

    assertThat(inFile.storage().postgresql().passwordFile()).contains(Path.of("/run/secrets/farm"));
    assertThat(CoordinatorConfig.CONFIGURATION.describe(here))
        .contains("storage.postgresql.password = ")
        .doesNotContain("horse");
  }

  @Test
  void lease_defaults_areSeconds() {
    assertThat(DEFAULTS.lease())
        .isEqualTo(
            new CoordinatorConfig.Lease(
                Duration.ofSeconds(15),
                Duration.ofSeconds(2),
                Duration.ofSeconds(3),
                Duration.ofMillis(250),
                Duration.ofHours(1)));
  }

  @Test
  void lease_everyKey_isMapped() {
    assertThat(
            parse(
                    """
                    lease { timeout = 1m, heartbeat = 10s, reconnect = 4s, check-interval = 1s
                            progress = 20m }
                    """)
                .lease())
        .isEqualTo(
            new CoordinatorConfig.Lease(
                Duration.ofMinutes(1),
                Duration.ofSeconds(10),
                Duration.ofSeconds(4),
                Duration.ofSeconds(1),
                Duration.ofMinutes(20)));
  }

  @Test
  void web_defaults_areLoopbackWithDrafts() {
    assertThat(DEFAULTS.web())
        .isEqualTo(
            new WebSettings("127.0.0.1", OptionalInt.of(7472), Optional.of(Duration.ofSeconds(5))));
  }

  @Test
  void web_everyKey_isMapped() {
    assertThat(parse("web { host = render1, port = off, drafts = off }").web())
        .isEqualTo(new WebSettings("render1", OptionalInt.empty(), Optional.empty()));
  }

  @Test
  void limits_defaults_areThoseOfOneMachine() {
    assertThat(DEFAULTS.limits()).isEqualTo(new Limits(1000, 4096, 5, 250));
  }

  @Test
  void limits_everyKey_isMapped() {
    assertThat(
            parse("limits { open-stories = 5, workers = 6, worker-losses = 7, slow-percent = 300 }")
                .limits())
        .isEqualTo(new Limits(5, 6, 7, 300));
  }

  @Test
  void latents_defaults_areAQuarterOfTheHeapAndByTime() {
    assertThat(DEFAULTS.latents())
        .isEqualTo(
            new CoordinatorConfig.Latents(
                25,
                OptionalInt.empty(),
                Duration.ofSeconds(20),
                Duration.ofSeconds(30),
                new LatentCluster("127.0.0.1", 7474, Addresses.NONE, Optional.empty())));
    assertThat(DEFAULTS.latents().checkpoints())
        .isEqualTo(CheckpointPolicy.within(Duration.ofSeconds(20)));
  }

  @Test
  void latents_everyKey_isMapped() {
    CoordinatorConfig.Latents latents =
        parse(
                """
                latents { heap-percent = 40, checkpoint-steps = 0, checkpoint-time = 1m, wait-max = 20s, cluster {
                  host = a, port = 1, members = "a:1, b:2", secret = "sixteen letters!"
                } }
                """)
            .latents();

    assertThat(latents)
        .isEqualTo(
            new CoordinatorConfig.Latents(
                40,
                OptionalInt.of(0),
                Duration.ofMinutes(1),
                Duration.ofSeconds(20),
                new LatentCluster(
                    "a",
                    1,
                    new Addresses(List.of("a:1", "b:2")),
                    Optional.of(new Secret("sixteen letters!")))));
    assertThat(latents.checkpoints()).isEqualTo(CheckpointPolicy.OFF);
  }

  @Test
  void film_defaults_areTwoThreads() {
    assertThat(DEFAULTS.film())
        .isEqualTo(new CoordinatorConfig.Film(2, 2, 33, Duration.ofHours(1)));
  }

  @Test
  void film_everyKey_isMapped() {
    String text = "film { threads = 4, join-threads = 3, heap-percent = 20, patience = 5m }";

    assertThat(parse(text).film())
        .isEqualTo(new CoordinatorConfig.Film(4, 3, 20, Duration.ofMinutes(5)));
  }

  @Test
  void timing_defaults_areThoseOfAQuickDisk() {
    assertThat(DEFAULTS.timing())
        .isEqualTo(
            new CoordinatorConfig.Timing(
                Duration.ofMillis(100),
                Duration.ofSeconds(10),
                Duration.ofMinutes(2),
                1000,
                Duration.ofSeconds(2),
                Duration.ofMinutes(5)));
  }

  @Test
  void timing_everyKey_isMapped() {
    assertThat(
            parse(
                    """
                    timing { progress-interval = 1s, answer-timeout = 1m, journal-outage = 3m
                             snapshot-events = 500, stop-timeout = 5s, still-after = 7m }
                    """)
                .timing())
        .isEqualTo(
            new CoordinatorConfig.Timing(
                Duration.ofSeconds(1),
                Duration.ofMinutes(1),
                Duration.ofMinutes(3),
                500,
                Duration.ofSeconds(5),
                Duration.ofMinutes(7)));
  }

  @Test
  void pekko_defaults_areNone() {
    assertThat(DEFAULTS.pekko()).isEmpty();
  }

  @Test
  void pekko_anything_isPassedOn() {
    assertThat(parse("pekko { loglevel = DEBUG, actor.provider = local }").pekko())
        .isEqualTo(Map.of("loglevel", "DEBUG", "actor", Map.of("provider", "local")));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "listen.host = \"\"         | listen.host: expected a host name or address, found \"\"",
        "web.drafts = 10ms          | web.drafts: expected at least 1 s, found 10 ms",
        "listen.idle = 0s           | listen.idle: expected 1s to 24h, found 0s",
        "listen.port = 65536        | listen.port: expected 0 to 65535, found 65536",
        "metrics.port = -1          | metrics.port: expected 0 to 65535, found -1",
        "storage.artifact-size-max = 1 KiB"
            + " | storage.artifact-size-max: expected 1 MiB to 1 TiB, found 1 KiB",
        "storage.artifacts = tape   | storage.artifacts: expected folder or s3, found \"tape\"",
        "storage.s3.endpoint = \"me:secret\""
            + " | storage.s3.endpoint: expected http://HOST:PORT or https://HOST, found"
            + " \"me:secret\"",
        "storage.s3.region = \"\"    | storage.s3.region: expected a region such as us-east-1,"
            + " found \"\"",
        "storage.s3.bucket = A      | storage.s3.bucket: expected 3 to 63 of a-z 0-9 . _ -, found"
            + " \"A\"",
        "storage.s3.prefix = \"/a\"  | storage.s3.prefix: expected nothing or a path that ends in"
            + " /, found \"/a\"",
        "storage.s3.upload-memory = 1 MiB"
            + " | storage.s3.upload-memory: expected 16 MiB to 64 GiB, found 1 MiB",
        "storage.s3.timeout = 1h    | storage.s3.timeout: expected 1s to 10m, found 1h",
        "lease.timeout = 2h         | lease.timeout: expected 1s to 1h, found 2h",
        "lease.heartbeat = 10s"
            + " | lease.timeout: expected at least two heartbeats (20s), found 15s",
        "lease.reconnect = 1h       | lease.reconnect: expected 0s to 10m, found 1h",
        "lease.check-interval = 0s  | lease.check-interval: expected 10ms to 10s, found 0s",
        "limits.open-stories = 0    | limits.open-stories: expected 1 to 100000, found 0",
        "limits.workers = 0         | limits.workers: expected 1 to 100000, found 0",
        "limits.worker-losses = 0   | limits.worker-losses: expected 1 to 1000, found 0",
        "latents.heap-percent = 0   | latents.heap-percent: expected 1 to 90, found 0",
        "latents.checkpoint-steps = 1001"
            + " | latents.checkpoint-steps: expected 0 to 1000, found 1001",
        "latents.checkpoint-time = 2h" + " | latents.checkpoint-time: expected 1s to 1h, found 2h",
        "latents.wait-max = 6m      | latents.wait-max: expected 1s to 5m, found 6m",
        "latents.cluster.port = 0   | latents.cluster.port: expected 1 to 65535, found 0",
        "latents.cluster.members = a"
            + " | latents.cluster.members: expected addresses with commas between them,"
            + " such as \"a:7474, b:7474\", or nothing, found \"a\"",
        "latents.cluster { members = \"a:1\", secret = 0123456789abcdef }"
            + " | latents.cluster.members: expected this one, 127.0.0.1:7474, among them,"
            + " found a:1",
        "latents.cluster { members = \"127.0.0.1:7474\", secret = short }"
            + " | latents.cluster.secret: expected at least 16 characters where there are members,"
            + " found 5",
        "film.threads = 65          | film.threads: expected 1 to 64, found 65",
        "latents.heap-percent = 60  | film.heap-percent: expected at most 90 together with"
            + " latents.heap-percent, found 33 + 60",
        "timing.progress-interval = 1ms"
            + " | timing.progress-interval: expected 10ms to 1m, found 1ms",
        "timing.answer-timeout = 1ms" + " | timing.answer-timeout: expected 1s to 5m, found 1ms",
        "storage.room.free-critical = 3 GiB | storage.room.free-critical: expected at most"
            + " free-low, which is 2 GiB, found 3 GiB",
        "timing.snapshot-events = 9 | timing.snapshot-events: expected 10 to 1000000, found 9",
        "timing.journal-outage = 25h | timing.journal-outage: expected 1s to 24h, found 25h",
        "timing.stop-timeout = 1h   | timing.stop-timeout: expected 0s to 10m, found 1h",
      })
  void parse_valueOutOfRange_namesTheKey(String text, String message) {
    assertThatThrownBy(() -> parse(text)).hasMessageEndingWith(message);
  }
}

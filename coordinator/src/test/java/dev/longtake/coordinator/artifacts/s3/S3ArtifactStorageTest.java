package dev.longtake.coordinator.artifacts.s3;

import static org.assertj.core.api.Assertions.assertThat;

import dev.longtake.config.DataSize;
import dev.longtake.coordinator.artifacts.ArtifactStorage;
import dev.longtake.coordinator.artifacts.ArtifactStorageContract;
import dev.longtake.coordinator.artifacts.ArtifactStore;
import dev.longtake.coordinator.artifacts.UploadRoom;
import dev.longtake.digest.Digest;
import dev.longtake.error.ErrorCode;
import dev.longtake.testing.Cable;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class S3ArtifactStorageTest extends ArtifactStorageContract {

  private static S3Server server;
  private static int bucketCount;

  private final List<AutoCloseable> opened = new ArrayList<>();
  private final String bucket = "farm-" + ++bucketCount;
  private final Cable cable = Cable.to(server.port());

  @BeforeAll
  static void start() throws Exception {
    server = S3Server.start();
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  S3ArtifactStorageTest() {
    server.createBucket(bucket);
  }

  @AfterEach
  void close() throws Exception {
    for (AutoCloseable each : opened) {
      each.close();
    }
    cable.close();
  }

  private Path keys(String accessKey, String secret) {
    try {
      return Files.writeString(
          folder.resolve("credentials"),
          "[default]\naws_access_key_id = %s\naws_secret_access_key = %s\n"
              .formatted(accessKey, secret));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private S3Settings settings(String bucket, Path keys) {
    return new S3Settings(
        Optional.of("http://127.0.0.1:" + cable.port()),
        "us-east-1",
        bucket,
        "shows/",
        true,
        Optional.of(keys),
        DataSize.mebibytes(16),
        Duration.ofSeconds(10));
  }

  private S3Settings settings() {
    return settings(bucket, keys(S3Server.ACCESS_KEY, S3Server.SECRET));
  }

  private ArtifactStorage open(S3Settings settings) {
    ArtifactStorage storage = S3Storage.open(settings, ARTIFACT_BYTES_MAX, InstantSource.system());
    opened.add(storage);
    return storage;
  }

  @Override
  protected ArtifactStorage open() {
    return open(settings());
  }

  private S3Bucket raw() {
    S3Bucket raw = new S3Bucket(settings());
    opened.add(raw);
    return raw;
  }

  @Override
  protected long leftovers() {
    return raw().unfinished("artifacts/", Instant.MAX).size();
  }

  @Override
  protected void writeEntry(Digest key, byte[] entry) {
    raw().replace("index/" + key + ".json", ByteBuffer.wrap(entry));
  }

  private String address() {
    return "http://127.0.0.1:" + cable.port();
  }

  @Test
  void open_ofABucketThatIsNotThere_namesTheSetting() {
    assertFails(
        () -> open(settings("no-such", keys(S3Server.ACCESS_KEY, S3Server.SECRET))),
        ErrorCode.CONFIGURATION_INVALID,
        "storage.s3.bucket: expected a bucket of " + address() + ", found none named no-such");
  }

  @Test
  void open_withAWrongKey_namesTheSettingAndNotTheKey() {
    assertFails(
        () -> open(settings(bucket, keys(S3Server.ACCESS_KEY, "wrong"))),
        ErrorCode.CONFIGURATION_INVALID,
        "storage.s3.credentials-file: expected keys that may use bucket %s of %s, found that they may not (SignatureDoesNotMatch)"
            .formatted(bucket, address()));
    assertFails(
        () -> open(settings(bucket, keys("somebody", "wrong"))),
        ErrorCode.CONFIGURATION_INVALID,
        "(InvalidAccessKeyId)");
  }

  @Test
  void open_withoutUsableKeys_namesTheFile() throws IOException {
    Path nowhere = folder.resolve("nowhere");
    assertFails(
        () -> open(settings(bucket, nowhere)),
        ErrorCode.CONFIGURATION_INVALID,
        "storage.s3.credentials-file: expected a file that can be read, found " + nowhere);

    Path other = Files.writeString(folder.resolve("other"), "[other]\nregion = x\n");
    assertFails(
        () -> open(settings(bucket, other)),
        ErrorCode.CONFIGURATION_INVALID,
        "storage.s3.credentials-file: expected [default] with both keys in " + other);

    Path broken = Files.writeString(folder.resolve("broken"), "my secret");
    assertFails(
        () -> open(settings(bucket, broken)),
        ErrorCode.CONFIGURATION_INVALID,
        "storage.s3.credentials-file: expected the form of ~/.aws/credentials in " + broken);
  }

  @Test
  void open_ofAServerThatIsDown_namesIt() {
    cable.cut();

    assertFails(
        this::open,
        ErrorCode.UNAVAILABLE,
        "artifacts: expected " + address() + " to answer, found");
  }

  @Test
  void open_ofAServerThatIsFrozen_namesIt() {
    cable.freeze();

    assertFails(
        this::open,
        ErrorCode.UNAVAILABLE,
        "artifacts: expected " + address() + " to answer, found no answer in time");
  }

  @Test
  void upload_whoseServerIsLost_leavesNothing() {
    byte[] content = large();
    Digest digest = Digest.of(content);
    try (ArtifactStore.Upload upload = here.artifacts().begin(digest, content.length)) {
      upload.write(ByteBuffer.wrap(content));
      cable.cut();
      assertFails(upload::finish, ErrorCode.UNAVAILABLE, "to answer");
    }
    cable.heal();

    assertThat(there.artifacts().contains(digest)).isFalse();
    assertThat(here.artifacts().put(content)).isEqualTo(digest);
  }

  @Test
  void upload_whoseServerComesBack_goesOn() throws ExecutionException, InterruptedException {
    byte[] content = large();
    cable.cut();
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      var put = CompletableFuture.supplyAsync(() -> here.artifacts().put(content), threads);
      cable.heal();

      assertThat(put.get()).isEqualTo(Digest.of(content));
    }
  }

  @Test
  void contains_withoutAServer_answersOfWhatWasSeenAMomentAgo() {
    Digest known = here.artifacts().put(new byte[] {5});
    cable.cut();

    assertThat(here.artifacts().contains(known)).isTrue();
    assertFails(
        () -> here.artifacts().contains(Digest.ofText("x")), ErrorCode.UNAVAILABLE, "to answer");
    assertFails(here.artifacts()::check, ErrorCode.UNAVAILABLE, "to answer");
  }

  @Test
  void open_ofAReadThatBreaksOff_goesOnWhereItWas() throws IOException {
    byte[] content = large();
    Digest digest = here.artifacts().put(content);

    try (InputStream stream = here.artifacts().open(digest)) {
      cable.cutOnceAfter(3 << 20);
      assertThat(stream.readAllBytes()).isEqualTo(content);
    }
  }

  @Test
  void read_whoseServerIsLost_saysSo() throws IOException {
    Digest digest = here.artifacts().put(large());

    try (InputStream stream = here.artifacts().open(digest)) {
      assertThat(stream.readNBytes(10)).hasSize(10);
      cable.cut();
      assertFails(() -> readAll(stream), ErrorCode.UNAVAILABLE, "to answer");
    }
  }

  private static void readAll(InputStream stream) {
    try {
      stream.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void read_ofOtherBytesThanTheDigests_saysSo() {
    Digest digest = Digest.ofText("promised");
    raw().replace("artifacts/" + digest, ByteBuffer.wrap(new byte[] {1}));

    assertFails(() -> here.artifacts().read(digest), ErrorCode.DATA_CORRUPT, digest.hex());
  }

  @Test
  void begin_ofMoreAtOnceThanTheMemoryFor_isRefused() {
    ArtifactStore store = here.artifacts();
    Digest digest = Digest.ofText("large");
    try (ArtifactStore.Upload first = store.begin(digest, 32 << 20);
        ArtifactStore.Upload second = store.begin(digest, 32 << 20)) {
      assertFails(
          () -> store.begin(digest, 1),
          ErrorCode.LIMIT_REACHED,
          "artifact: expected at most 0 bytes");
      assertThat(first).isNotSameAs(second);
    }
    store.begin(digest, 1).close();
  }

  @Test
  void sweep_ofUploadsThatHaveNotEnded_removesThoseOfYesterday() {
    S3Bucket raw = raw();
    raw.beginParts("artifacts/" + Digest.ofText("left"));

    store(raw, InstantSource.system()).sweep();
    assertThat(leftovers()).isEqualTo(1);

    Instant tomorrow = InstantSource.system().instant().plus(Duration.ofHours(25));
    store(raw, InstantSource.fixed(tomorrow)).sweep();
    assertThat(leftovers()).isZero();
  }

  private static S3ArtifactStore store(S3Bucket bucket, InstantSource clock) {
    return new S3ArtifactStore(bucket, new UploadRoom(() -> 0), ARTIFACT_BYTES_MAX, clock);
  }
}

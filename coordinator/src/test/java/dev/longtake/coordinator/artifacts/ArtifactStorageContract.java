package dev.longtake.coordinator.artifacts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.longtake.coordinator.story.ShotResult;
import dev.longtake.digest.Digest;
import dev.longtake.error.ErrorCode;
import dev.longtake.error.LongtakeException;
import dev.longtake.latent.Checkpoint;
import dev.longtake.latent.CheckpointCodec;
import dev.longtake.latent.CheckpointKey;
import dev.longtake.latent.PutOutcome;
import dev.longtake.story.status.TenantScope;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What every storage of artifacts has to do, seen by two coordinators that use the same one. */
public abstract class ArtifactStorageContract {

  protected static final long ARTIFACT_BYTES_MAX = 32 << 20;
  private static final byte[] CONTENT = "latents".getBytes(StandardCharsets.UTF_8);
  private static final Digest DIGEST = Digest.of(CONTENT);
  private static final Digest KEY = Digest.ofText("inputs");

  /** More than one part of an upload, and not a whole number of them. */
  private static final int LARGE_BYTES = (8 << 20) + 12_345;

  @TempDir protected Path folder;
  protected ArtifactStorage here;
  protected ArtifactStorage there;

  /** The storage of this test as one more coordinator opens it; the test class closes it. */
  protected abstract ArtifactStorage open();

  @BeforeEach
  void openTwo() {
    here = open();
    there = open();
  }

  protected static byte[] large() {
    byte[] content = new byte[LARGE_BYTES];
    new SplittableRandom(17).nextBytes(content);
    return content;
  }

  protected static void assertFails(Runnable call, ErrorCode code, String message) {
    assertThatThrownBy(call::run)
        .isInstanceOfSatisfying(
            LongtakeException.class,
            e -> {
              assertThat(e.code()).isEqualTo(code);
              assertThat(e.getMessage()).contains(message).doesNotContain("\n");
            });
  }

  @Test
  void put_twiceByAnybody_isThereForAll() {
    assertThat(here.artifacts().contains(DIGEST)).isFalse();

    assertThat(here.artifacts().put(CONTENT)).isEqualTo(DIGEST);
    assertThat(there.artifacts().put(CONTENT)).isEqualTo(DIGEST);

    for (ArtifactStorage each : List.of(here, there)) {
      assertThat(each.artifacts().contains(DIGEST)).isTrue();
      assertThat(each.artifacts().size(DIGEST)).isEqualTo(CONTENT.length);
      assertThat(each.artifacts().read(DIGEST)).isEqualTo(CONTENT);
    }
  }

  @Test
  void put_ofNothing_isAnArtifact() {
    Digest nothing = here.artifacts().put(new byte[0]);

    assertThat(there.artifacts().size(nothing)).isZero();
    assertThat(there.artifacts().read(nothing)).isEmpty();
  }

  @Test
  void put_ofTheSameByManyAtOnce_succeedsForAll() throws InterruptedException, ExecutionException {
    List<Future<Digest>> results = new ArrayList<>();
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int i = 0; i < 8; i++) {
        ArtifactStore store = (i % 2 == 0 ? here : there).artifacts();
        results.add(threads.submit(() -> store.put(CONTENT)));
      }
    }

    for (Future<Digest> result : results) {
      assertThat(result.get()).isEqualTo(DIGEST);
    }
    assertThat(here.artifacts().read(DIGEST)).isEqualTo(CONTENT);
  }

  @Test
  void upload_inPieces_isSeenWhenItIsFinished() throws IOException {
    byte[] content = large();
    Digest digest = Digest.of(content);
    try (ArtifactStore.Upload upload = here.artifacts().begin(digest, content.length)) {
      for (int at = 0; at < content.length; at += 1 << 20) {
        upload.write(ByteBuffer.wrap(content, at, Math.min(1 << 20, content.length - at)));
      }
      assertThat(there.artifacts().contains(digest)).isFalse();
      upload.finish();
    }

    assertThat(there.artifacts().size(digest)).isEqualTo(content.length);
    try (InputStream stream = there.artifacts().open(digest)) {
      assertThat(stream.readAllBytes()).isEqualTo(content);
    }
  }

  @Test
  void upload_ofWhatIsThereAlready_succeeds() {
    byte[] content = large();
    there.artifacts().put(content);

    assertThat(here.artifacts().put(content)).isEqualTo(Digest.of(content));
  }

  @Test
  void upload_brokenOff_leavesNothing() {
    byte[] content = large();
    Digest digest = Digest.of(content);
    try (ArtifactStore.Upload upload = here.artifacts().begin(digest, content.length)) {
      upload.write(ByteBuffer.wrap(content));
    }

    assertThat(here.artifacts().contains(digest)).isFalse();
    assertThat(there.artifacts().contains(digest)).isFalse();
    assertThat(leftovers()).isZero();
  }

  /** What half-written uploads take in the storage now. */
  protected abstract long leftovers();

  @Test
  void upload_ofOtherContent_isCorrupt() {
    try (ArtifactStore.Upload upload = here.artifacts().begin(DIGEST, CONTENT.length)) {
      upload.write(ByteBuffer.allocate(CONTENT.length));
      assertFails(upload::finish, ErrorCode.DATA_CORRUPT, "expected content with digest " + DIGEST);
    }
    assertThat(there.artifacts().contains(DIGEST)).isFalse();
    assertThat(leftovers()).isZero();
  }

  @Test
  void upload_ofAnotherSize_isCorrupt() {
    try (ArtifactStore.Upload upload = here.artifacts().begin(DIGEST, 2)) {
      assertFails(
          () -> upload.write(ByteBuffer.wrap(CONTENT)),
          ErrorCode.DATA_CORRUPT,
          DIGEST + ": expected 2 bytes, found 7");
    }
    try (ArtifactStore.Upload upload = here.artifacts().begin(DIGEST, 8)) {
      upload.write(ByteBuffer.wrap(CONTENT));
      assertFails(upload::finish, ErrorCode.DATA_CORRUPT, DIGEST + ": expected 8 bytes, found 7");
    }
    assertThat(there.artifacts().contains(DIGEST)).isFalse();
    assertThat(leftovers()).isZero();
  }

  @Test
  void begin_ofMoreThanAnyMayHave_isRefused() {
    assertThat(here.artifacts().artifactBytesMax()).isEqualTo(ARTIFACT_BYTES_MAX);
    assertFails(
        () -> here.artifacts().begin(DIGEST, ARTIFACT_BYTES_MAX + 1),
        ErrorCode.REQUEST_INVALID,
        "size_bytes: expected 0 to 33554432 bytes, found 33554433");
  }

  @Test
  void anyRead_ofWhatIsNotThere_saysSo() {
    ArtifactStore store = here.artifacts();
    String message = "artifact: expected " + DIGEST + " to be there";

    assertFails(() -> store.size(DIGEST), ErrorCode.NOT_FOUND, message);
    assertFails(() -> store.read(DIGEST), ErrorCode.NOT_FOUND, message);
    assertFails(() -> store.open(DIGEST), ErrorCode.NOT_FOUND, message);
    assertFails(() -> store.openChannel(DIGEST), ErrorCode.NOT_FOUND, message);
  }

  @Test
  void openChannel_fromAnywhere_readsFromThere() throws IOException {
    here.artifacts().put(CONTENT);

    try (SeekableByteChannel channel = there.artifacts().openChannel(DIGEST)) {
      assertThat(channel.size()).isEqualTo(CONTENT.length);
      assertThat(rest(channel.position(3))).isEqualTo("ents");
      assertThat(rest(channel.position(1))).isEqualTo("atents");
      assertThat(rest(channel.position(CONTENT.length))).isEmpty();
    }
  }

  private static String rest(SeekableByteChannel channel) throws IOException {
    ByteBuffer read = ByteBuffer.allocate(100);
    while (channel.read(read) >= 0) {}
    return StandardCharsets.UTF_8.decode(read.flip()).toString();
  }

  @Test
  void adopt_ofAFile_movesIt() throws IOException {
    byte[] content = large();
    Path file = Files.write(Files.createDirectories(folder.resolve("film")).resolve("a"), content);

    Digest digest = here.artifacts().adopt(file);

    assertThat(file).doesNotExist();
    assertThat(digest).isEqualTo(Digest.of(content));
    assertThat(there.artifacts().read(digest)).isEqualTo(content);
  }

  @Test
  void check_ofOneThatAnswers_returns() {
    here.artifacts().check();
  }

  @Test
  void index_ofAResult_isFoundByAllAsLongAsAllOfItIsThere() {
    Digest latents = here.artifacts().put(CONTENT);
    ShotResult result = new ShotResult(latents, List.of(here.artifacts().put(new byte[] {1})));
    assertThat(there.index().find(TenantScope.DEFAULT_TENANT, KEY)).isEmpty();

    here.index().remember(TenantScope.DEFAULT_TENANT, KEY, result);
    here.index().remember(TenantScope.DEFAULT_TENANT, KEY, result);

    assertThat(here.index().find(TenantScope.DEFAULT_TENANT, KEY)).contains(result);
    assertThat(there.index().find(TenantScope.DEFAULT_TENANT, KEY)).contains(result);
  }

  @Test
  void index_ofAnotherTenant_hasNothingOfTheirs() {
    ShotResult result = new ShotResult(here.artifacts().put(new byte[] {1}), List.of());
    here.index().remember("red", KEY, result);

    assertThat(there.index().find("red", KEY)).contains(result);
    assertThat(there.index().find("blue", KEY)).isEmpty();
    assertThat(there.index().find(TenantScope.DEFAULT_TENANT, KEY)).isEmpty();
  }

  @Test
  void claim_ofATenant_isKnownToAllCoordinatorsAndOfThatTenantAlone() {
    here.claims().note("red", KEY);
    here.claims().note("red", KEY);

    assertThat(there.claims().has("red", KEY)).isTrue();
    assertThat(there.claims().has("blue", KEY)).isFalse();
  }

  @Test
  void index_ofTwoResults_keepsTheFirst() {
    ShotResult first = new ShotResult(here.artifacts().put(CONTENT), List.of());
    ShotResult second = new ShotResult(here.artifacts().put(new byte[] {2}), List.of());

    here.index().remember(TenantScope.DEFAULT_TENANT, KEY, first);
    there.index().remember(TenantScope.DEFAULT_TENANT, KEY, second);

    assertThat(here.index().find(TenantScope.DEFAULT_TENANT, KEY)).contains(first);
    assertThat(there.index().find(TenantScope.DEFAULT_TENANT, KEY)).contains(first);
  }

  @Test
  void index_ofAResultThatIsNotThereAnyMore_takesTheNext() {
    ShotResult gone = new ShotResult(Digest.ofText("gone"), List.of());
    ShotResult next = new ShotResult(here.artifacts().put(CONTENT), List.of());

    here.index().remember(TenantScope.DEFAULT_TENANT, KEY, gone);
    assertThat(there.index().find(TenantScope.DEFAULT_TENANT, KEY)).isEmpty();
    there.index().remember(TenantScope.DEFAULT_TENANT, KEY, next);

    assertThat(here.index().find(TenantScope.DEFAULT_TENANT, KEY)).contains(next);
  }

  @Test
  void index_ofAnUnreadableEntry_isAsGoodAsNone() {
    writeEntry(KEY, "{broken".getBytes(StandardCharsets.UTF_8));
    ShotResult next = new ShotResult(here.artifacts().put(CONTENT), List.of());

    assertThat(here.index().find(TenantScope.DEFAULT_TENANT, KEY)).isEmpty();
    here.index().remember(TenantScope.DEFAULT_TENANT, KEY, next);

    assertThat(there.index().find(TenantScope.DEFAULT_TENANT, KEY)).contains(next);
  }

  private static CheckpointKey checkpoint(String story, int shot, int chunk, int step) {
    return new CheckpointKey(story, shot, chunk, step);
  }

  private static byte[] state(int value) {
    return state(DIGEST, value);
  }

  private static byte[] state(Digest chunk, int value) {
    return CheckpointCodec.encode(
        new Checkpoint(
            new Checkpoint.Origin("cpu-test-1", chunk, 1, 1, 1, 1),
            3,
            new byte[] {(byte) value, 2, 3, 4}));
  }

  @Test
  void checkpoint_putByAnybody_isThereForAll() {
    CheckpointKey key = checkpoint("..", 1, 2, 3);
    assertThat(here.checkpoints().read(key)).isEmpty();
    assertThat(here.checkpoints().list("..")).isEmpty();

    assertThat(here.checkpoints().put(key, state(1))).isEqualTo(PutOutcome.STORED);
    assertThat(there.checkpoints().put(key, state(1))).isEqualTo(PutOutcome.SAME);
    assertThat(there.checkpoints().put(key, state(2))).isEqualTo(PutOutcome.DIFFERENT);

    for (ArtifactStorage each : List.of(here, there)) {
      assertThat(each.checkpoints().read(key)).hasValue(state(1));
      assertThat(each.checkpoints().list("..")).containsExactly(key);
    }
    assertThat(leftovers()).isZero();
  }

  @Test
  void checkpoint_removed_isGoneAndItsNeighboursStay() {
    List<CheckpointKey> keys = new ArrayList<>();
    for (String story : List.of("a", "a.1", "b")) {
      for (int shot : List.of(1, 11)) {
        for (int step : List.of(3, 33)) {
          keys.add(checkpoint(story, shot, 0, step));
          here.checkpoints().put(keys.getLast(), state(step));
        }
      }
    }

    there.checkpoints().remove(checkpoint("a", 1, 0, 3));
    there.checkpoints().remove(checkpoint("a", 1, 0, 3));
    there.checkpoints().removeShot("b", 1);

    assertThat(here.checkpoints().list("a"))
        .containsExactlyInAnyOrder(
            checkpoint("a", 1, 0, 33), checkpoint("a", 11, 0, 3), checkpoint("a", 11, 0, 33));
    assertThat(here.checkpoints().list("a.1")).hasSize(4);
    assertThat(here.checkpoints().list("b"))
        .containsExactlyInAnyOrder(checkpoint("b", 11, 0, 3), checkpoint("b", 11, 0, 33));
    here.checkpoints().removeShot("b", 11);
    assertThat(there.checkpoints().list("b")).isEmpty();
    assertThat(there.checkpoints().put(checkpoint("b", 1, 0, 3), state(1)))
        .isEqualTo(PutOutcome.STORED);
  }

  /** A turned bit, and each length that half a write could have left. */
  @Test
  void checkpoint_thatIsDamaged_isAsGoodAsNone() {
    byte[] whole = state(1);
    List<byte[]> damaged = new ArrayList<>();
    for (int i = 0; i < whole.length; i += 7) {
      damaged.add(whole.clone());
      damaged.getLast()[i] ^= 1;
      damaged.add(Arrays.copyOf(whole, i));
    }
    CheckpointKey key = checkpoint("a", 0, 0, 3);

    for (byte[] each : damaged) {
      here.checkpoints().put(key, each); // Nobody looks at what is put: its door has.
      assertThat(there.checkpoints().read(key)).isEmpty();
    }

    assertThat(there.checkpoints().put(key, whole)).isEqualTo(PutOutcome.STORED);
    assertThat(here.checkpoints().read(key)).hasValue(whole);
    assertThat(leftovers()).isZero();
  }

  /** A farm that begins with an empty journal gives the same ids again. */
  @Test
  void checkpoint_ofAnotherFarmsChunk_givesWay() {
    CheckpointKey key = checkpoint("a", 0, 0, 3);
    here.checkpoints().put(key, state(Digest.ofText("another"), 1));

    assertThat(here.checkpoints().put(key, state(2))).isEqualTo(PutOutcome.STORED);

    assertThat(there.checkpoints().read(key)).hasValue(state(2));
  }

  @Test
  void checkpoints_ofSeveralStories_areFoundByStory() {
    assertThat(here.checkpoints().stories()).isEmpty();
    for (String story : List.of("a", "a.1", "b")) {
      here.checkpoints().put(checkpoint(story, 0, 0, 3), state(1));
      here.checkpoints().put(checkpoint(story, 0, 1, 3), state(1));
    }

    there.checkpoints().removeShot("b", 0);

    assertThat(here.checkpoints().stories()).containsExactlyInAnyOrder("a", "a.1");
  }

  /** Writes an entry of the index past it. */
  protected abstract void writeEntry(Digest key, byte[] entry);
}

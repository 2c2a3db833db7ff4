package dev.longtake.coordinator.latents;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.longtake.coordinator.artifacts.ArtifactStorage;
import dev.longtake.coordinator.artifacts.CheckpointArchive;
import dev.longtake.coordinator.story.CheckpointNews;
import dev.longtake.digest.Digest;
import dev.longtake.error.ErrorCode;
import dev.longtake.error.LongtakeException;
import dev.longtake.latent.Checkpoint;
import dev.longtake.latent.CheckpointCodec;
import dev.longtake.latent.CheckpointKey;
import dev.longtake.latent.HeapLatentStore;
import dev.longtake.latent.PutOutcome;
import dev.longtake.metrics.Metrics;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A folder that can be made to fail, as a full disk or a bucket that is away does. */
class KeptCheckpointsTest {

  private static final CheckpointKey KEY = new CheckpointKey("story-000001", 0, 1, 4);
  private static final int ROOM = 4096;

  @TempDir private Path folder;
  private ArtifactStorage storage;
  private HeapLatentStore store;
  private Optional<ErrorCode> failing = Optional.empty();
  private final Metrics metrics = new Metrics();
  private final List<CheckpointNews> told = new ArrayList<>();

  private final class Fragile implements CheckpointArchive {

    private CheckpointArchive archive() {
      failing.ifPresent(
          code -> {
            throw new LongtakeException(code, "no room");
          });
      return storage.checkpoints();
    }

    @Override
    public PutOutcome put(CheckpointKey key, byte[] content) {
      return archive().put(key, content);
    }

    @Override
    public Optional<byte[]> read(CheckpointKey key) {
      return archive().read(key);
    }

    @Override
    public List<String> stories() {
      return archive().stories();
    }

    @Override
    public List<CheckpointKey> list(String storyId) {
      return archive().list(storyId);
    }

    @Override
    public void remove(CheckpointKey key) {
      archive().remove(key);
    }
  }

  @BeforeEach
  void open() {
    storage = ArtifactStorage.inFolder(folder, 1 << 20);
    store = new HeapLatentStore(ROOM);
  }

  @AfterEach
  void close() {
    storage.close();
  }

  private KeptCheckpoints kept() {
    return new KeptCheckpoints(store, new Fragile(), metrics);
  }

  private static byte[] state(int bytes, int value) {
    byte[] state = new byte[bytes];
    state[0] = (byte) value;
    var origin = new Checkpoint.Origin("cpu-test-1", Digest.ofText("chunk"), 1, 1, 1, 1);
    return CheckpointCodec.encode(new Checkpoint(origin, KEY.stepIndex(), state));
  }

  @Test
  void put_whenAllIsWell_isInBoth() {
    kept().put(KEY, state(8, 1), told::add);

    assertThat(told).containsExactly(CheckpointNews.STORED, CheckpointNews.ARCHIVED);
    assertThat(store.checkpoint(KEY)).hasValue(state(8, 1));
    assertThat(storage.checkpoints().read(KEY)).hasValue(state(8, 1));
    assertThat(metrics.checkpointsArchived.get()).isEqualTo(1);
  }

  @Test
  void put_ofOtherBytes_isAViolationInEitherPlace() {
    kept().put(KEY, state(8, 1), told::add);

    assertCode(ErrorCode.DETERMINISM_VIOLATED, () -> kept().put(KEY, state(8, 2), told::add));
    store = new HeapLatentStore(ROOM);
    assertCode(ErrorCode.DETERMINISM_VIOLATED, () -> kept().put(KEY, state(8, 2), told::add));
  }

  @Test
  void put_ofWhatTheStoreHasNoRoomFor_isInTheArchive() {
    kept().put(KEY, state(ROOM, 1), told::add);

    assertThat(told).containsExactly(CheckpointNews.ARCHIVED);
    assertThat(kept().read(KEY)).hasValue(state(ROOM, 1));
  }

  /** Nothing fails of it; it is counted, and told so that no slab is kept for it. */
  @ParameterizedTest
  @EnumSource(names = {"FILE_UNUSABLE", "UNAVAILABLE"})
  void anyCall_whileTheArchiveFails_doesWithoutIt(ErrorCode how) {
    KeptCheckpoints kept = kept();
    failing = Optional.of(how);

    kept.put(KEY, state(8, 1), told::add);
    assertThatCode(() -> kept.remove(KEY)).doesNotThrowAnyException();
    assertThatCode(() -> kept.removeShot(KEY.storyId(), 0)).doesNotThrowAnyException();
    assertThatCode(() -> kept.sweep(story -> true)).doesNotThrowAnyException();

    assertThat(told).containsExactly(CheckpointNews.STORED, CheckpointNews.NOT_ARCHIVED);
    assertThat(kept.read(KEY)).hasValue(state(8, 1));
    assertThat(metrics.checkpointArchiveFailures.get()).isEqualTo(4);
    var large = new CheckpointKey(KEY.storyId(), 0, 2, 4);
    assertCode(ErrorCode.LIMIT_REACHED, () -> kept.put(large, state(ROOM, 1), told::add));
  }

  /** A disk that is full when a shot is done would keep its checkpoints for ever. */
  @Test
  void sweepUnremoved_whenTheArchiveIsBack_removesWhatCouldNotBeRemoved() {
    KeptCheckpoints kept = kept();
    var other = new CheckpointKey("story-000002", 0, 0, 4);
    kept.put(KEY, state(8, 1), told::add);
    kept.put(other, state(8, 1), told::add);
    failing = Optional.of(ErrorCode.UNAVAILABLE);
    kept.removeShot(KEY.storyId(), 0);
    kept.sweepUnremoved(story -> true);
    failing = Optional.empty();

    kept.sweepUnremoved(story -> false);
    assertThat(kept.list(KEY.storyId())).containsExactly(KEY);
    kept.sweepUnremoved(story -> true);

    assertThat(kept.list(KEY.storyId())).isEmpty();
    assertThat(kept.list(other.storyId())).containsExactly(other);
  }

  /** Whoever goes on asks again, or begins anew: hours may hang on it. */
  @Test
  void readAndList_whileTheArchiveFails_areWorthAskingAgainOrAreAsGoodAsNone() {
    kept().put(KEY, state(ROOM, 1), told::add);

    failing = Optional.of(ErrorCode.UNAVAILABLE);
    assertCode(ErrorCode.UNAVAILABLE, () -> kept().read(KEY));
    assertCode(ErrorCode.UNAVAILABLE, () -> kept().list(KEY.storyId()));

    failing = Optional.of(ErrorCode.FILE_UNUSABLE);
    assertThat(kept().read(KEY)).isEmpty();
    assertThat(kept().list(KEY.storyId())).isEmpty();
  }

  @Test
  void sweep_ofStoriesThatHaveEnded_leavesTheOthers() {
    var other = new CheckpointKey("story-000002", 3, 0, 4);
    kept().put(KEY, state(8, 1), told::add);
    kept().put(other, state(8, 1), told::add);

    kept().sweep(KEY.storyId()::equals);

    assertThat(storage.checkpoints().stories()).containsExactly(other.storyId());
    assertThat(kept().list(other.storyId())).containsExactly(other);
  }

  private static void assertCode(ErrorCode code, ThrowingCallable call) {
    assertThatThrownBy(call)
        .isInstanceOfSatisfying(LongtakeException.class, e -> assertThat(e.code()).isEqualTo(code));
  }
}

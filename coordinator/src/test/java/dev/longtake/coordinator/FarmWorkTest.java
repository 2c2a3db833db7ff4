package dev.longtake.coordinator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.longtake.coordinator.artifacts.ArtifactStorage;
import dev.longtake.coordinator.artifacts.ArtifactStore;
import dev.longtake.coordinator.latents.KeptCheckpoints;
import dev.longtake.coordinator.story.ShotResult;
import dev.longtake.coordinator.story.StoryEvent.KnownShot;
import dev.longtake.digest.Digest;
import dev.longtake.error.ErrorCode;
import dev.longtake.error.LongtakeException;
import dev.longtake.latent.HeapLatentStore;
import dev.longtake.limit.RoomNeed;
import dev.longtake.metrics.Metrics;
import dev.longtake.plan.StoryPlan;
import dev.longtake.testing.TestStories;
import java.io.InputStream;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FarmWorkTest {

  @TempDir private Path folder;

  /**
   * 15 latent frames in four chunks with three overlaps of two: 21 + 2 x 15 frames of 128 bytes.
   */
  @Test
  void requireRoom_ofAShotThatIsTooLong_namesIt() {
    StoryPlan plan =
        StoryPlan.of(TestStories.story("rosie", 57), TestStories.MODEL, TestStories.ENGINE_CLASS);
    long needed = (21 + 30) * 128L;

    assertThatCode(() -> FarmWork.requireRoom(plan, plan.shots().getFirst(), needed))
        .doesNotThrowAnyException();
    assertThatThrownBy(() -> FarmWork.requireRoom(plan, plan.shots().getFirst(), needed - 1))
        .isInstanceOfSatisfying(
            LongtakeException.class,
            e -> {
              assertThat(e.code()).isEqualTo(ErrorCode.LIMIT_REACHED);
              assertThat(e.getMessage()).startsWith("shot shot-0");
            });
  }

  /** A store with little left. */
  private record Tight(ArtifactStore store, long free) implements ArtifactStore {

    @Override
    public OptionalLong freeBytes() {
      return OptionalLong.of(free);
    }

    @Override
    public long artifactBytesMax() {
      return store.artifactBytesMax();
    }

    @Override
    public boolean contains(Digest digest) {
      return store.contains(digest);
    }

    @Override
    public long size(Digest digest) {
      return store.size(digest);
    }

    @Override
    public InputStream open(Digest digest) {
      return store.open(digest);
    }

    @Override
    public SeekableByteChannel openChannel(Digest digest) {
      return store.openChannel(digest);
    }

    @Override
    public byte[] read(Digest digest) {
      return store.read(digest);
    }

    @Override
    public Digest adopt(Path file) {
      return store.adopt(file);
    }

    @Override
    public Upload begin(Digest digest, long sizeBytes) {
      return store.begin(digest, sizeBytes);
    }

    @Override
    public void check() {
      store.check();
    }

    @Override
    public void close() {
      store.close();
    }
  }

  private FarmWork work(long free) {
    ArtifactStorage storage = ArtifactStorage.inFolder(folder, 1 << 30);
    var latents = new HeapLatentStore(1 << 20);
    return new FarmWork(
        new ArtifactStorage(
            new Tight(storage.artifacts(), free),
            storage.index(),
            storage.claims(),
            storage.draftMaps(),
            storage.checkpoints(),
            storage.old()),
        latents,
        new KeptCheckpoints(latents, storage.checkpoints(), new Metrics()),
        folder.resolve("scratch"),
        new Metrics(),
        1 << 30);
  }

  /** Asked before anything is rendered; what is there already needs no room. */
  @Test
  void requireRoom_ofArtifactsThatDoNotFit_saysWhatIsNeeded() {
    StoryPlan plan =
        StoryPlan.of(
            TestStories.story("rosie", 57, 9), TestStories.MODEL, TestStories.ENGINE_CLASS);
    long needed = RoomNeed.of(plan).artifacts();
    var first = new KnownShot(0, new ShotResult(Digest.ofText("x"), List.of()));

    assertThatCode(() -> work(needed).requireRoom(plan, List.of())).doesNotThrowAnyException();
    assertThatThrownBy(() -> work(needed - 1).requireRoom(plan, List.of()))
        .isInstanceOfSatisfying(
            LongtakeException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.LIMIT_REACHED))
        .hasMessageStartingWith(
            "artifacts: expected room for 2 MiB at most (latents 1, checkpoints 1, frames 1");
    assertThatCode(() -> work(needed - 1).requireRoom(plan, List.of(first)))
        .doesNotThrowAnyException();
  }
}

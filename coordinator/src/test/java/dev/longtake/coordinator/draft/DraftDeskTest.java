package dev.longtake.coordinator.draft;

import static org.assertj.core.api.Assertions.assertThat;

import dev.longtake.coordinator.artifacts.ArtifactStorage;
import dev.longtake.coordinator.story.StoryDetail.Drafting;
import dev.longtake.coordinator.story.StoryDetail.Sketch;
import dev.longtake.latent.CheckpointKey;
import dev.longtake.plan.Solver;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.AbstractExecutorService;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DraftDeskTest {

  private static final DraftingShot SHOT = new DraftingShot(Solver.EULER, 1);

  @TempDir Path folder;
  private final Later making = new Later();
  private Instant now = Instant.EPOCH;
  private boolean isKept = true;
  private int reads;
  private ArtifactStorage storage;
  private DraftDesk desk;

  /** Does what it is given when it is told to. */
  private static final class Later extends AbstractExecutorService {
    private final Queue<Runnable> tasks = new ArrayDeque<>();
    private boolean isFull;

    @Override
    public void execute(Runnable task) {
      if (isFull) {
        throw new RejectedExecutionException();
      }
      tasks.add(task);
    }

    int run() {
      int count = tasks.size();
      while (!tasks.isEmpty()) {
        tasks.remove().run();
      }
      return count;
    }

    @Override
    public void shutdown() {}

    @Override
    public List<Runnable> shutdownNow() {
      tasks.clear();
      return List.of();
    }

    @Override
    public boolean isShutdown() {
      return false;
    }

    @Override
    public boolean isTerminated() {
      return false;
    }

    @Override
    public boolean awaitTermination(long timeout, TimeUnit unit) {
      return true;
    }
  }

  @BeforeEach
  void start() {
    storage = ArtifactStorage.inFolder(folder, 1 << 20);
    desk =
        new DraftDesk(
            new DraftSources(
                this::checkpoint,
                storage.artifacts(),
                model -> Optional.of(DraftingShot.MAP),
                1 << 20),
            Duration.ofSeconds(5),
            () -> now,
            making);
  }

  @AfterEach
  void stop() {
    desk.close();
    storage.close();
  }

  private Optional<byte[]> checkpoint(CheckpointKey key) {
    reads++;
    return isKept && key.chunkIndex() == 0 ? Optional.of(SHOT.checkpoint(0)) : Optional.empty();
  }

  private static Drafting withSecondAt(int step) {
    return SHOT.drafting(
        new Sketch(0, 4, DraftingShot.STEP, Optional.empty()),
        new Sketch(2, 4, step, Optional.empty()));
  }

  private Optional<String> shown(Drafting source) {
    return desk.show("story-1", 0, Optional.of(source)).draft().map(Draft::key);
  }

  @Test
  void show_somebodyLooks_makesOneDraftAndNoMoreOfTheSame() {
    Drafting source = withSecondAt(0);

    assertThat(shown(source)).isEmpty();
    assertThat(shown(source)).as("one is being made").isEmpty();
    assertThat(making.run()).isEqualTo(1);
    assertThat(shown(source)).hasValue(source.key());
    now = now.plusSeconds(60);
    assertThat(shown(source)).hasValue(source.key());
    assertThat(making.run()).isZero();
    assertThat(reads).isEqualTo(1);
  }

  @Test
  void show_moreIsKept_makesANewerDraftWhenItIsTime() {
    Drafting older = withSecondAt(0);
    Drafting newer = withSecondAt(1);
    shown(older);
    making.run();

    now = now.plusMillis(4999);
    shown(newer);
    assertThat(making.run()).as("too early").isZero();
    now = now.plusMillis(1);
    assertThat(shown(newer)).as("the older one meanwhile").hasValue(older.key());
    assertThat(making.run()).isEqualTo(1);

    assertThat(shown(newer)).hasValue(newer.key());
    assertThat(desk.picture("story-1", 0, newer.key())).isPresent();
    assertThat(desk.picture("story-1", 0, older.key())).isEmpty();
    assertThat(desk.picture("story-1", 1, newer.key())).isEmpty();
    assertThat(desk.picture("story-2", 0, newer.key())).isEmpty();
  }

  @Test
  void show_nothingCanBeRead_saysWhyAndTriesAgain() {
    isKept = false;
    shown(withSecondAt(0));
    making.run();

    assertThat(desk.show("story-1", 0, Optional.of(withSecondAt(0))).why())
        .contains("cannot be read");
    assertThat(making.run()).isZero();
    isKept = true;
    now = now.plusSeconds(5);
    shown(withSecondAt(0));
    assertThat(making.run()).isEqualTo(1);
    assertThat(shown(withSecondAt(0))).isPresent();
  }

  @Test
  void show_shotThatIsDenoised_keepsItsLastDraft() {
    Drafting last = withSecondAt(0);
    shown(last);
    making.run();

    assertThat(desk.show("story-1", 0, Optional.empty()).draft()).isPresent();
    assertThat(desk.show("story-2", 0, Optional.empty()).draft()).isEmpty();
  }

  @Test
  void show_tooManyWait_asksAgainLater() {
    making.isFull = true;
    assertThat(shown(withSecondAt(0))).isEmpty();
    making.isFull = false;
    shown(withSecondAt(0));

    assertThat(making.run()).isEqualTo(1);
  }

  @Test
  void show_moreShotsThanAreRemembered_forgetsTheEldest() {
    for (int i = 0; i < 1001; i++) {
      var _ = desk.show("story-1", i, Optional.of(withSecondAt(0)));
    }
    making.run();

    assertThat(desk.show("story-1", 0, Optional.empty()).draft()).isEmpty();
    assertThat(desk.show("story-1", 1000, Optional.empty()).draft()).isPresent();
  }
}

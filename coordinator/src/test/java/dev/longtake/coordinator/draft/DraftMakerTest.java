package dev.longtake.coordinator.draft;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.longtake.coordinator.artifacts.ArtifactStorage;
import dev.longtake.coordinator.artifacts.ArtifactStore;
import dev.longtake.coordinator.story.StoryDetail.Sketch;
import dev.longtake.denoise.SamplerStateForm;
import dev.longtake.digest.Digest;
import dev.longtake.draft.DraftMap;
import dev.longtake.error.LongtakeException;
import dev.longtake.latent.CheckpointKey;
import dev.longtake.latent.Latents;
import dev.longtake.latent.LatentsCodec;
import dev.longtake.plan.Solver;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class DraftMakerTest {

  private static final String STORY = "story-1";
  private static final DraftingShot SHOT = new DraftingShot(Solver.EULER, 1);

  @TempDir Path folder;
  private final Map<CheckpointKey, byte[]> checkpoints = new HashMap<>();
  private final Map<Digest, DraftMap> maps = new HashMap<>();
  private ArtifactStorage storage;
  private ArtifactStore artifacts;
  private DraftMaker maker;

  @BeforeEach
  void start() {
    storage = ArtifactStorage.inFolder(folder, 1 << 20);
    artifacts = storage.artifacts();
    maps.put(DraftingShot.MODEL, DraftingShot.MAP);
    maker = maker(1 << 20);
  }

  @AfterEach
  void stop() {
    storage.close();
  }

  private DraftMaker maker(long bytesMax) {
    return new DraftMaker(
        new DraftSources(
            key -> Optional.ofNullable(checkpoints.get(key)),
            artifacts,
            model -> Optional.ofNullable(maps.get(model)),
            bytesMax));
  }

  private void keep(int chunk, byte[] content) {
    checkpoints.put(new CheckpointKey(STORY, 0, chunk, DraftingShot.STEP), content);
  }

  private static BufferedImage image(Draft draft) throws IOException {
    BufferedImage image = ImageIO.read(new ByteArrayInputStream(draft.png()));
    assertThat(image.getWidth()).isEqualTo(draft.width());
    assertThat(image.getHeight()).isEqualTo(draft.height() * draft.frameCount());
    return image;
  }

  /** Red of a latent frame as a draft shows it. */
  private static int red(int frame) {
    return Math.round((frame / 10f + 1) * 127.5f);
  }

  private static void requireFrames(Draft draft, int... frames) throws IOException {
    BufferedImage image = image(draft);
    assertThat(draft.frameCount()).isEqualTo(frames.length);
    for (int i = 0; i < frames.length; i++) {
      for (int x = 0; x < DraftingShot.WIDTH; x++) {
        int rgb = image.getRGB(x, i * draft.height() + x % 2);
        assertThat(rgb >> 16 & 255)
            .as("red of %d", frames[i])
            .isBetween(red(frames[i]) - 1, red(frames[i]) + 1);
        assertThat(rgb >> 8 & 255).as("green").isBetween(127, 129);
        assertThat(rgb & 255).as("blue").isBetween(0, 1);
      }
    }
  }

  /** Under any solver what is shown is the picture, not the noise that is left in the latents. */
  @ParameterizedTest
  @CsvSource({"EULER,1", "UNIPC,1", "EULER,0", "UNIPC,0", "EULER,0.97"})
  void make_aThirdOfTheWay_showsThePicture(Solver solver, double freshNoise) throws IOException {
    var shot = new DraftingShot(solver, freshNoise);
    keep(0, shot.checkpoint(0));
    keep(1, shot.checkpoint(2));

    Draft draft = maker.make(STORY, 0, shot.drafting());

    assertThat(draft.step()).isEqualTo(DraftingShot.STEP);
    assertThat(draft.key()).isEqualTo(shot.drafting().key());
    requireFrames(draft, 0, 1, 2, 3, 4, 5);
  }

  @Test
  void make_chunkThatIsDone_showsItsResult() throws IOException {
    float[] values = new float[4 * DraftingShot.FRAME_SIZE];
    for (int i = 0; i < 4; i++) {
      System.arraycopy(
          DraftingShot.picture(2 + i),
          0,
          values,
          i * DraftingShot.FRAME_SIZE,
          DraftingShot.FRAME_SIZE);
    }
    Digest result =
        artifacts.put(
            LatentsCodec.encode(
                new Latents(
                    4, DraftingShot.CHANNELS, DraftingShot.HEIGHT, DraftingShot.WIDTH, values)));
    keep(0, SHOT.checkpoint(0));

    Draft draft =
        maker.make(
            STORY,
            0,
            SHOT.drafting(
                new Sketch(0, 4, DraftingShot.STEP, Optional.empty()),
                new Sketch(2, 4, 12, Optional.of(result))));

    requireFrames(draft, 0, 1, 2, 3, 4, 5);
    assertThat(draft.step()).as("of the one that is behind").isEqualTo(DraftingShot.STEP);
  }

  static Stream<byte[]> unusable() {
    byte[] sound = SHOT.checkpoint(2);
    byte[] turned = sound.clone();
    turned[turned.length - 1] ^= 1;
    byte[] state = SHOT.state(2);
    return Stream.of(
        turned,
        new byte[0],
        Arrays.copyOf(sound, sound.length / 2),
        DraftingShot.checkpoint(new byte[] {1, 2, 3}, DraftingShot.CHANNELS),
        DraftingShot.checkpoint(Arrays.copyOf(state, state.length - 4), DraftingShot.CHANNELS),
        DraftingShot.checkpoint(
            SamplerStateForm.encode(5, List.of(new float[5 * DraftingShot.FRAME_SIZE])),
            DraftingShot.CHANNELS),
        DraftingShot.checkpoint(
            SamplerStateForm.encode(DraftingShot.STEP, List.of(new float[7])),
            DraftingShot.CHANNELS),
        DraftingShot.checkpoint(
            SamplerStateForm.encode(
                DraftingShot.STEP, List.of(new float[5 * DraftingShot.FRAME_SIZE / 3])),
            1));
  }

  @ParameterizedTest
  @MethodSource("unusable")
  void make_chunkWhoseStateIsUnusable_showsTheOther(byte[] content) throws IOException {
    keep(0, SHOT.checkpoint(0));
    keep(1, content);

    requireFrames(maker.make(STORY, 0, SHOT.drafting()), 0, 1, 2, 3);
  }

  @ParameterizedTest
  @MethodSource("unusable")
  void make_nothingUsable_saysSo(byte[] content) {
    keep(1, content);

    assertThatThrownBy(() -> maker.make(STORY, 0, SHOT.drafting()))
        .isInstanceOf(LongtakeException.class)
        .hasMessage("what its chunks have kept cannot be read now");
  }

  @Test
  void make_numbersThatAreNone_areGrey() throws IOException {
    float[] odd = new float[5 * DraftingShot.FRAME_SIZE];
    Arrays.fill(odd, Float.NaN);
    Arrays.fill(odd, 0, odd.length / 2, Float.POSITIVE_INFINITY);
    byte[] state = SamplerStateForm.encode(DraftingShot.STEP, List.of(odd));
    keep(0, DraftingShot.checkpoint(state, DraftingShot.CHANNELS));

    BufferedImage image = image(maker.make(STORY, 0, SHOT.drafting()));

    assertThat(image.getRGB(0, 0) & 0xffffff).isEqualTo(0x808080);
  }

  @Test
  void make_stateThatIsTooLarge_isNotRead() {
    keep(0, SHOT.checkpoint(0));

    assertThatThrownBy(() -> maker(100).make(STORY, 0, SHOT.drafting()))
        .hasMessageContaining("cannot be read");
  }

  @Test
  void make_modelThatNobodyHasDescribed_saysSo() {
    keep(0, SHOT.checkpoint(0));
    maps.clear();

    assertThatThrownBy(() -> maker.make(STORY, 0, SHOT.drafting()))
        .hasMessage("no worker of the model has said yet how its latents look");
  }
}

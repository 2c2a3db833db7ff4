package dev.longtake.vae;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class PixelPatchesTest {

  /** Channel = c * 4 + dx * 2 + dy; the picture's value says colour, row and column. */
  @Test
  void fold_ofTwoByTwoPixels_putsTheColumnOffsetBeforeTheRowOffset() {
    float[] picture = new float[3 * 2 * 2];
    for (int color = 0; color < 3; color++) {
      for (int y = 0; y < 2; y++) {
        for (int x = 0; x < 2; x++) {
          picture[(color * 2 + y) * 2 + x] = color + 0.1f * y + 0.01f * x;
        }
      }
    }

    float[] folded = new PixelPatches(2).fold(picture, 1, 0, 1, 2, 2);

    assertThat(folded)
        .containsExactly(0f, 0.1f, 0.01f, 0.11f, 1f, 1.1f, 1.01f, 1.11f, 2f, 2.1f, 2.01f, 2.11f);
  }

  @Test
  void unfold_ofFoldedFrames_givesThemBackLimited() {
    var patches = new PixelPatches(2);
    float[] video = new float[3 * 3 * 4 * 6];
    for (int i = 0; i < video.length; i++) {
      video[i] = (float) Math.sin(i) * 1.5f;
    }

    float[] frames =
        PixelPatches.limit(patches.unfold(patches.fold(video, 3, 1, 2, 4, 6), 2, 4, 6));

    for (int frame = 0; frame < 2; frame++) {
      for (int pixel = 0; pixel < 24; pixel++) {
        for (int color = 0; color < 3; color++) {
          float expected = Math.clamp(video[(color * 3 + 1 + frame) * 24 + pixel], -1f, 1f);
          assertThat(frames[(frame * 24 + pixel) * 3 + color]).isEqualTo(expected);
        }
      }
    }
  }
}

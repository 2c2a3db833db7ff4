package dev.longtake.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.longtake.picture.Pixels;
import org.junit.jupiter.api.Test;

class PicturePreprocessTest {

  @Test
  void fit_ofAWidePicture_centresItOnWhite() {
    byte[] black = new byte[3 * 4 * 2];

    float[] frame = PicturePreprocess.fit(new Pixels(black, 4, 2), 4, 4);

    for (int color = 0; color < 3; color++) {
      assertThat(row(frame, color, 0)).containsExactly(1f, 1f, 1f, 1f);
      assertThat(row(frame, color, 1)).containsExactly(-1f, -1f, -1f, -1f);
      assertThat(row(frame, color, 2)).containsExactly(-1f, -1f, -1f, -1f);
      assertThat(row(frame, color, 3)).containsExactly(1f, 1f, 1f, 1f);
    }
  }

  @Test
  void fill_ofAWidePicture_takesItsMiddle() {
    byte[] rgb = new byte[3 * 4 * 2];
    for (int y = 0; y < 2; y++) {
      for (int x = 0; x < 4; x++) {
        rgb[(y * 4 + x) * 3] = (byte) (x == 1 || x == 2 ? 255 : 0);
      }
    }

    float[] frame = PicturePreprocess.fill(new Pixels(rgb, 4, 2), 2, 2);

    assertThat(frame).startsWith(1f, 1f, 1f, 1f).endsWith(-1f, -1f, -1f, -1f);
  }

  @Test
  void fill_atTheSameSize_changesNothing() {
    byte[] rgb = {0, 51, 102, (byte) 153, (byte) 204, (byte) 255};

    float[] frame = PicturePreprocess.fill(new Pixels(rgb, 2, 1), 2, 1);

    float[] expected = {-1f, 0.2f, -0.6f, 0.6f, -0.2f, 1f};
    assertThat(frame).containsExactly(expected, within(1e-6f));
  }

  /** Twice the size: centres fall a quarter between two pixels, edges are repeated. */
  @Test
  void fit_ofASmallPicture_interpolatesBetweenPixelCentres() {
    byte[] rgb = {0, 0, 0, (byte) 255, (byte) 255, (byte) 255};

    float[] frame = PicturePreprocess.fit(new Pixels(rgb, 2, 1), 4, 2);

    float[] expected = {-1f, -0.5f, 0.5f, 1f};
    assertThat(java.util.Arrays.copyOf(frame, 4)).containsExactly(expected, within(1e-6f));
  }

  @Test
  void fill_ofAFineCheckerboard_averagesInsteadOfSkipping() {
    byte[] rgb = new byte[3 * 64 * 64];
    for (int i = 0; i < 64 * 64; i++) {
      byte value = (byte) ((i / 64 + i % 64) % 2 == 0 ? 255 : 0);
      rgb[3 * i] = value;
      rgb[3 * i + 1] = value;
      rgb[3 * i + 2] = value;
    }

    for (float value : PicturePreprocess.fill(new Pixels(rgb, 64, 64), 8, 8)) {
      assertThat(value).isCloseTo(0f, within(0.05f));
    }
  }

  @Test
  void fit_withTooFewBytes_isRefused() {
    assertThatThrownBy(() -> PicturePreprocess.fit(new Pixels(new byte[3], 2, 1), 4, 4))
        .hasMessageContaining("2 x 1 has 3 bytes");
  }

  private static float[] row(float[] frame, int color, int y) {
    return java.util.Arrays.copyOfRange(frame, (color * 4 + y) * 4, (color * 4 + y) * 4 + 4);
  }
}

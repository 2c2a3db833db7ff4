package dev.longtake.coordinator.film;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.longtake.story.FrameSize;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CropTest {

  /** Frames whose pixels say where they are: column, row, frame. */
  private static byte[] frames(FrameSize size, int count) {
    byte[] rgb = new byte[3 * size.pixelCount() * count];
    for (int i = 0; i < size.pixelCount() * count; i++) {
      rgb[3 * i] = (byte) (i % size.width());
      rgb[3 * i + 1] = (byte) (i / size.width() % size.height());
      rgb[3 * i + 2] = (byte) (i / size.pixelCount());
    }
    return rgb;
  }

  @ParameterizedTest
  @CsvSource({"8, 6, 4, 4, 2, 1", "8, 6, 6, 4, 1, 1", "8, 6, 8, 2, 0, 2", "8, 6, 5, 5, 1, 0"})
  void frame_ofALargerOne_isCutFromItsMiddle(
      int width, int height, int filmWidth, int filmHeight, int left, int top) {
    FrameSize rendered = new FrameSize(width, height);

    byte[] cut =
        new Crop(rendered, new FrameSize(filmWidth, filmHeight)).frame(frames(rendered, 3), 2);

    assertThat(cut).hasSize(3 * filmWidth * filmHeight).startsWith(left, top, 2);
    assertThat(cut).endsWith(left + filmWidth - 1, top + filmHeight - 1, 2);
    assertThat(new byte[] {cut[3 * filmWidth], cut[3 * filmWidth + 1]})
        .containsExactly(left, top + 1);
  }

  @Test
  void frame_ofTheSameSize_isItself() {
    FrameSize size = new FrameSize(4, 2);

    assertThat(new Crop(size, size).frame(frames(size, 1), 0)).isEqualTo(frames(size, 1));
  }

  @Test
  void crop_toALargerFrame_isRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Crop(new FrameSize(8, 6), new FrameSize(10, 6)))
        .withMessage("expected a film of at most 8x6, found 10x6");
  }
}

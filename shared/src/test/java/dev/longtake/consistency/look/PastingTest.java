package dev.longtake.consistency.look;

import static org.assertj.core.api.Assertions.assertThat;

import dev.longtake.picture.Pixels;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Figures so large that every second of their pixels is compared. */
class PastingTest {

  private static final int SIDE = 140;
  private static final int FIGURE = 101;

  private final byte[] rgb = white();

  private static byte[] white() {
    byte[] rgb = new byte[Pixels.COLORS * SIDE * SIDE];
    Arrays.fill(rgb, (byte) 255);
    return rgb;
  }

  private void draw(int x, int y) {
    Arrays.fill(rgb, Pixels.COLORS * (y * SIDE + x), Pixels.COLORS * (y * SIDE + x + 1), (byte) 0);
  }

  private double shareOfItself(Box expected) {
    Pixels picture = new Pixels(rgb, SIDE, SIDE);
    Likeness likeness = Likeness.of(picture);
    assertThat(likeness.box()).isEqualTo(expected);
    return Pasting.of(likeness).share(picture, expected);
  }

  @ParameterizedTest
  @ValueSource(ints = {20, 21})
  void share_ofAFigureWithHoles_isOfItsOwnPixelsWhereverItStands(int at) {
    for (int y = 0; y < FIGURE; y += 2) {
      for (int x = 0; x < FIGURE; x += 2) {
        draw(at + x, at + y);
      }
    }

    assertThat(shareOfItself(new Box(at, at, at + FIGURE, at + FIGURE))).isEqualTo(1);
  }

  @Test
  void share_ofAFigureWithoutAPixelToCompare_isNone() {
    draw(20, 21);
    draw(21, 20);
    draw(20 + FIGURE - 1, 21);

    assertThat(shareOfItself(new Box(20, 20, 20 + FIGURE, 22))).isZero();
  }
}

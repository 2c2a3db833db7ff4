package dev.longtake.consistency.look;

import dev.longtake.picture.Pixels;
import java.util.Arrays;

/**
 * What a reference picture shows: which of its pixels are the entity, and how that looks. A picture
 * whose border is of one colour shows something on a plain ground; any other shows what fills it.
 *
 * @param box what of the picture is the entity
 * @param mask 1 for each pixel of the entity, 0 for the ground
 * @param colors its colours' shares
 * @param share of the picture that is the entity
 */
@SuppressWarnings("ArrayRecordComponent") // Passed on, never compared.
public record Likeness(
    Pixels picture, Box box, float[] mask, double[] colors, double share, Look look) {

  /** A border pixel that differs from the usual one by this in any colour is not the ground. */
  private static final int GROUND = 18;

  /** Of the border that has to be ground. */
  private static final double PLAIN = 0.8;

  /** What a picture shows; a large one is reduced. */
  public static Likeness of(Pixels original) {
    Pixels picture = Rasters.reduced(original);
    float[] mask = mask(picture);
    Box box = box(mask, picture.width(), picture.height());
    double count = 0;
    for (float value : mask) {
      count += value;
    }
    short[] cells = ColorHistogram.cells(LabPicture.of(picture));
    return new Likeness(
        picture,
        box,
        mask,
        ColorHistogram.of(cells, i -> mask[i]),
        count / mask.length,
        Look.of(Rasters.cut(picture, box), cut(mask, picture.width(), box)));
  }

  /** The same of its mirror image. */
  Likeness mirrored() {
    return of(Rasters.mirrored(picture));
  }

  /** Whether it stands on a plain ground. */
  public boolean isCutOut() {
    return share < 1;
  }

  private static float[] mask(Pixels picture) {
    int width = picture.width();
    int height = picture.height();
    int[] ground = new int[Pixels.COLORS];
    for (int color = 0; color < Pixels.COLORS; color++) {
      ground[color] = borderMedian(picture, color);
    }
    float[] mask = new float[width * height];
    int border = 0;
    int plain = 0;
    int inside = 0;
    for (int i = 0; i < mask.length; i++) {
      boolean isGround = true;
      for (int color = 0; color < Pixels.COLORS; color++) {
        int value = picture.rgb()[Pixels.COLORS * i + color] & 0xFF;
        isGround &= Math.abs(value - ground[color]) < GROUND;
      }
      mask[i] = isGround ? 0 : 1;
      inside += isGround ? 0 : 1;
      if (isBorder(i, width, height)) {
        border++;
        plain += isGround ? 1 : 0;
      }
    }
    if (plain < PLAIN * border || inside == 0) {
      Arrays.fill(mask, 1);
    }
    return mask;
  }

  private static boolean isBorder(int i, int width, int height) {
    int row = i / width;
    int column = i % width;
    return row == 0 || column == 0 || row == height - 1 || column == width - 1;
  }

  private static int borderMedian(Pixels picture, int color) {
    int[] values = new int[2 * (picture.width() + picture.height())];
    int count = 0;
    for (int i = 0; i < picture.width() * picture.height(); i++) {
      if (isBorder(i, picture.width(), picture.height())) {
        values[count++] = picture.rgb()[Pixels.COLORS * i + color] & 0xFF;
      }
    }
    Arrays.sort(values, 0, count);
    return values[count / 2];
  }

  private static Box box(float[] mask, int width, int height) {
    int left = width;
    int top = height;
    int right = 0;
    int bottom = 0;
    for (int i = 0; i < mask.length; i++) {
      if (mask[i] > 0) {
        left = Math.min(left, i % width);
        right = Math.max(right, i % width + 1);
        top = Math.min(top, i / width);
        bottom = Math.max(bottom, i / width + 1);
      }
    }
    return new Box(left, top, right, bottom);
  }

  static float[] cut(float[] values, int width, Box box) {
    float[] cut = new float[box.area()];
    for (int row = 0; row < box.height(); row++) {
      System.arraycopy(
          values, (box.top() + row) * width + box.left(), cut, row * box.width(), box.width());
    }
    return cut;
  }
}

package dev.longtake.consistency.look;

import dev.longtake.picture.Pixels;
import java.util.Arrays;

/**
 * Looks for an entity in a frame by its colours.
 *
 * <p>A pixel counts for the entity by how much more of its colour the entity has than the frame has
 * (the ratio histogram of Swain and Ballard); the best box is the one in which most of that comes
 * together. Whether it is the entity is said by how much of its colours is in the box.
 *
 * @see <a href="https://doi.org/10.1007/BF00130487">Swain and Ballard, Color Indexing, 1991</a>
 */
public final class Finder {

  /** Pixels of a cell's side: boxes are made of whole cells. */
  private static final int CELL = 4;

  /** A cell that is the entity's to less than this speaks against the box it is in. */
  private static final double DOUBT = 0.3;

  /** A box smaller than this share of the reference's is too small to be sure of. */
  private static final double SMALL = 0.35;

  /**
   * Where something was found.
   *
   * @param match how much of its colours is there, 0 to 1
   */
  public record Found(Box box, double match, Look look) {}

  /** A frame, prepared so that several can be looked for. */
  @SuppressWarnings("ArrayRecordComponent") // Passed on, never compared.
  public record Scene(Pixels frame, short[] cells, double[] colors) {

    /** Prepares it. */
    public static Scene of(Pixels frame) {
      short[] cells = ColorHistogram.cells(LabPicture.of(frame));
      return new Scene(frame, cells, ColorHistogram.of(cells, i -> 1));
    }
  }

  private Finder() {}

  /** Cells of lightness that a scene's light may make an entity darker or lighter by. */
  private static final int LIGHT = 1;

  /** Looks for it; what fills its picture is expected to fill the frame. */
  public static Found find(Scene scene, Likeness likeness) {
    Box best = new Box(0, 0, scene.frame().width(), scene.frame().height());
    double most = -1;
    for (int light = -LIGHT; light <= LIGHT; light++) {
      double[] colors = ColorHistogram.inLight(likeness.colors(), light);
      Box box = likeness.isCutOut() ? bestBox(scene, likeness, colors) : best;
      double match = match(scene, box, likeness, colors);
      if (match > most) {
        most = match;
        best = box;
      }
    }
    float[] figure = likeness.isCutOut() ? figure(scene, best) : ones(best.area());
    return new Found(best, most, Look.of(Rasters.cut(scene.frame(), best), figure));
  }

  private static float[] ones(int count) {
    float[] ones = new float[count];
    Arrays.fill(ones, 1);
    return ones;
  }

  /** How much of the entity's colours is in the box, 0 to 1. */
  private static double match(Scene scene, Box box, Likeness likeness, double[] colors) {
    double[] inside = inside(scene, box);
    // The rest of its box is ground.
    double filled =
        likeness.isCutOut() ? likeness.share() * likeness.mask().length / likeness.box().area() : 1;
    double found = 0;
    for (int i = 0; i < inside.length; i++) {
      found += Math.min(colors[i], inside[i] / filled);
    }
    double small = Math.min(1, box.area() / (SMALL * likeness.box().area()));
    return small * Math.min(1, found);
  }

  private static double[] inside(Scene scene, Box box) {
    int width = scene.frame().width();
    return ColorHistogram.of(scene.cells(), i -> isInside(box, i % width, i / width) ? 1 : 0);
  }

  private static boolean isInside(Box box, int x, int y) {
    return x >= box.left() && x < box.right() && y >= box.top() && y < box.bottom();
  }

  /**
   * How much each pixel of the box is the figure in it: its colour is more frequent in the box than
   * around it. Nothing of the reference goes in, so that a figure of the wrong colours shows them.
   */
  private static float[] figure(Scene scene, Box box) {
    int width = scene.frame().width();
    double[] inside = inside(scene, box);
    double[] outside =
        ColorHistogram.of(scene.cells(), i -> isInside(box, i % width, i / width) ? 0 : 1);
    float[] figure = new float[box.area()];
    for (int i = 0; i < figure.length; i++) {
      int at = (box.top() + i / box.width()) * width + box.left() + i % box.width();
      double in = inside[scene.cells()[at]];
      double out = outside[scene.cells()[at]];
      double share = in / (in + out + 1e-9);
      figure[i] = (float) Math.clamp(2 * share - 0.5, 0, 1);
    }
    return figure;
  }

  private static Box bestBox(Scene scene, Likeness likeness, double[] colors) {
    int width = scene.frame().width();
    int height = scene.frame().height();
    double expected = Math.clamp(likeness.share(), 0.03, 0.4);
    double[] chance = new double[ColorHistogram.CELLS];
    for (int i = 0; i < chance.length; i++) {
      double seen = scene.colors()[i];
      chance[i] = seen == 0 ? 0 : Math.min(1, expected * colors[i] / seen);
    }
    int columns = Math.max(1, width / CELL);
    int rows = Math.max(1, height / CELL);
    double[][] score = new double[rows][columns];
    for (int i = 0; i < scene.cells().length; i++) {
      int row = Math.min(i / width / CELL, rows - 1);
      int column = Math.min(i % width / CELL, columns - 1);
      score[row][column] += (chance[scene.cells()[i]] - DOUBT) / (CELL * CELL);
    }
    return best(score, width, height);
  }

  /** The box with the largest sum (Kadane's over all pairs of rows). */
  private static Box best(double[][] score, int width, int height) {
    int rows = score.length;
    int columns = score[0].length;
    double best = Double.NEGATIVE_INFINITY;
    int[] at = {0, 0, 1, 1};
    for (int top = 0; top < rows; top++) {
      double[] sums = new double[columns];
      for (int bottom = top; bottom < rows; bottom++) {
        double run = 0;
        int left = 0;
        for (int column = 0; column < columns; column++) {
          sums[column] += score[bottom][column];
          if (run <= 0) {
            run = 0;
            left = column;
          }
          run += sums[column];
          if (run > best) {
            best = run;
            at = new int[] {left, top, column + 1, bottom + 1};
          }
        }
      }
    }
    return new Box(
        at[0] * CELL,
        at[1] * CELL,
        at[2] == columns ? width : at[2] * CELL,
        at[3] == rows ? height : at[3] * CELL);
  }
}

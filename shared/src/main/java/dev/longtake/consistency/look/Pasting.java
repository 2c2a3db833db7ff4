package dev.longtake.consistency.look;

import dev.longtake.picture.Pixels;

/**
 * Whether an entity was drawn anew or its reference picture was laid into the frame: the share of
 * the reference's pixels that the frame repeats, colour for colour, where the reference fits best
 * in place, size and side.
 *
 * <p>Compression moves colours by a few steps; drawing anew moves outlines, light and pose.
 */
public final class Pasting {

  /** Steps of 255 within which a pixel repeats another in every colour. */
  private static final int SAME = 8;

  private static final double[] SIZES = {0.8, 0.88, 0.94, 1, 1.06, 1.14, 1.25};

  /** Pixels of the reference's longer side that are compared: as many as tell a copy. */
  private static final int SIDE = 48;

  private Pasting() {}

  /** The share of the reference that is repeated around the box, 0 to 1. */
  public static double share(Pixels frame, Box box, Likeness likeness) {
    return Math.max(shareOf(frame, box, likeness), shareOf(frame, box, likeness.mirrored()));
  }

  private static double shareOf(Pixels frame, Box box, Likeness likeness) {
    int[] points = points(likeness);
    double best = 0;
    for (double size : SIZES) {
      double scale = size * Math.sqrt((double) box.area() / likeness.box().area());
      double slackX = Math.abs(box.width() - scale * likeness.box().width()) / 2 + 4;
      double slackY = Math.abs(box.height() - scale * likeness.box().height()) / 2 + 4;
      double middleX = (box.left() + box.right() - scale * likeness.box().width()) / 2;
      double middleY = (box.top() + box.bottom() - scale * likeness.box().height()) / 2;
      for (double y = middleY - slackY; y <= middleY + slackY; y++) {
        for (double x = middleX - slackX; x <= middleX + slackX; x++) {
          best = Math.max(best, repeated(frame, likeness, points, scale, x, y));
        }
      }
    }
    return best;
  }

  /** Pixels of the entity, evenly spread. */
  private static int[] points(Likeness likeness) {
    Box box = likeness.box();
    int step = Math.max(1, Math.max(box.width(), box.height()) / SIDE);
    return java.util.stream.IntStream.range(0, likeness.mask().length)
        .filter(i -> likeness.mask()[i] > 0)
        .filter(i -> i / likeness.picture().width() % step == 0)
        .filter(i -> i % likeness.picture().width() % step == 0)
        .toArray();
  }

  private static double repeated(
      Pixels frame, Likeness likeness, int[] points, double scale, double left, double top) {
    Pixels picture = likeness.picture();
    int same = 0;
    for (int point : points) {
      int x = (int) Math.round(left + scale * (point % picture.width() - likeness.box().left()));
      int y = (int) Math.round(top + scale * (point / picture.width() - likeness.box().top()));
      if (x >= 0 && y >= 0 && x < frame.width() && y < frame.height()) {
        same += isSame(picture.rgb(), point, frame.rgb(), y * frame.width() + x) ? 1 : 0;
      }
    }
    return (double) same / points.length;
  }

  private static boolean isSame(byte[] a, int atA, byte[] b, int atB) {
    for (int color = 0; color < Pixels.COLORS; color++) {
      int difference =
          (a[Pixels.COLORS * atA + color] & 0xFF) - (b[Pixels.COLORS * atB + color] & 0xFF);
      if (Math.abs(difference) > SAME) {
        return false;
      }
    }
    return true;
  }
}

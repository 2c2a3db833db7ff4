package dev.longtake.consistency.look;

import dev.longtake.picture.Pixels;
import java.util.stream.IntStream;

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

  /** Places on either side of the middle at which it is tried, along an axis. */
  private static final int PLACES = 16;

  private final Side asItIs;
  private final Side mirrored;

  private Pasting(Side asItIs, Side mirrored) {
    this.asItIs = asItIs;
    this.mirrored = mirrored;
  }

  /** Is to look for this reference. */
  public static Pasting of(Likeness likeness) {
    return new Pasting(Side.of(likeness), Side.of(likeness.mirrored()));
  }

  /** The share of the reference that is repeated around the box, 0 to 1. */
  public double share(Pixels frame, Box box) {
    return Math.max(asItIs.share(frame, box), mirrored.share(frame, box));
  }

  /**
   * The reference seen from one side.
   *
   * @param points indices of pixels of the entity, evenly spread
   */
  @SuppressWarnings("ArrayRecordComponent") // Passed on, never compared.
  private record Side(Likeness likeness, int[] points) {

    static Side of(Likeness likeness) {
      Box box = likeness.box();
      int width = likeness.picture().width();
      int step = Math.max(1, Math.max(box.width(), box.height()) / SIDE);
      return new Side(
          likeness,
          IntStream.range(0, likeness.mask().length)
              .filter(i -> likeness.mask()[i] > 0)
              .filter(i -> (i / width - box.top()) % step == 0)
              .filter(i -> (i % width - box.left()) % step == 0)
              .toArray());
    }

    double share(Pixels frame, Box box) {
      double best = 0;
      for (double size : SIZES) {
        double scale = size * Math.sqrt((double) box.area() / likeness.box().area());
        double slackX = Math.abs(box.width() - scale * likeness.box().width()) / 2 + 4;
        double slackY = Math.abs(box.height() - scale * likeness.box().height()) / 2 + 4;
        double middleX = (box.left() + box.right() - scale * likeness.box().width()) / 2;
        double middleY = (box.top() + box.bottom() - scale * likeness.box().height()) / 2;
        double stepX = step(slackX);
        double stepY = step(slackY);
        for (double y = middleY - slackY; y <= middleY + slackY; y += stepY) {
          for (double x = middleX - slackX; x <= middleX + slackX; x += stepX) {
            best = Math.max(best, repeated(frame, scale, x, y));
          }
        }
      }
      return best;
    }

    /** Pixels from one place to the next: few places, however far it may be off. */
    private static double step(double slack) {
      return Math.max(1, slack / PLACES);
    }

    private double repeated(Pixels frame, double scale, double left, double top) {
      Pixels picture = likeness.picture();
      int same = 0;
      for (int point : points) {
        int x = (int) Math.round(left + scale * (point % picture.width() - likeness.box().left()));
        int y = (int) Math.round(top + scale * (point / picture.width() - likeness.box().top()));
        if (x >= 0 && y >= 0 && x < frame.width() && y < frame.height()) {
          same += isSame(picture.rgb(), point, frame.rgb(), y * frame.width() + x) ? 1 : 0;
        }
      }
      return points.length == 0 ? 0 : (double) same / points.length;
    }
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

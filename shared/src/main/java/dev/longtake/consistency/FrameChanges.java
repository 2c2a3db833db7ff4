package dev.longtake.consistency;

import static dev.longtake.error.Require.require;

import dev.longtake.consistency.look.Rasters;
import dev.longtake.picture.Pixels;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What changes from each frame of a shot to the next one. Holds two frames. */
public final class FrameChanges {

  /** Frames on either side that a boundary is compared with. */
  public static final int REACH = 12;

  /**
   * Frames as they were decoded from latents that differ by less than this around a boundary, of
   * 255, stand still: a ratio of two rests would mean nothing.
   */
  public static final double STILL = 0.02;

  /**
   * The same for frames that went through a video codec, which saves small changes up and shows
   * them at once: below this it decides what is seen.
   */
  public static final double STILL_CODED = 1;

  private final double[] differences;
  private final double[] jerks;
  private final double[] errors;
  private final double[] flows;
  private @Nullable Pixels before;
  private @Nullable Pixels last;
  private int[] lastLuma = new int[0];
  private int count;

  /** Is to see so many frames. */
  public FrameChanges(int frameCount) {
    int pairs = Math.max(0, frameCount - 1);
    differences = new double[pairs];
    jerks = new double[pairs];
    errors = new double[pairs];
    flows = new double[pairs];
  }

  /** Takes the next frame in; a large one is reduced. */
  public void see(Pixels original) {
    Pixels frame = Rasters.reduced(original);
    see(frame, Rasters.luma(frame));
  }

  /** Takes the next frame in, of which the luma is known. */
  void see(Pixels frame, int[] luma) {
    require(count <= differences.length, "there is no frame %d", count);
    Pixels left = last;
    if (left != null) {
      differences[count - 1] = Rasters.difference(left, frame);
      MotionField field = MotionField.between(lastLuma, luma, frame.width(), frame.height());
      errors[count - 1] = field.error();
      flows[count - 1] = field.flow();
      Pixels first = before;
      if (first != null) {
        // Of the middle one of three frames: a jump between two frames is in both of their jerks.
        double jerk = Rasters.secondDifference(first, left, frame);
        jerks[count - 2] += jerk / 2;
        jerks[count - 1] += jerk / 2;
      }
    }
    before = last;
    last = frame;
    lastLuma = luma;
    count++;
  }

  /**
   * What can be seen of boundaries.
   *
   * @param frames for each of them the first frame that is the right chunk's
   * @param still {@link #STILL} or {@link #STILL_CODED}
   */
  public List<SeamFigures> seams(String shot, List<Integer> frames, double still) {
    List<SeamFigures> seams = new ArrayList<>();
    for (int i = 0; i < frames.size(); i++) {
      int at = frames.get(i) - 1;
      seams.add(
          new SeamFigures(
              shot,
              i,
              frames.get(i),
              Series.ratio(differences, at, REACH, still),
              Series.ratio(jerks, at, REACH, still),
              Series.ratio(errors, at, REACH, still / 2)));
    }
    return seams;
  }

  /** Frames at which the picture becomes another one. */
  List<Integer> cuts() {
    List<Integer> cuts = new ArrayList<>();
    for (int i = 0; i < errors.length; i++) {
      double around = Series.median(Series.around(errors, i, REACH)).orElse(0);
      if (Cuts.isCut(errors[i], around)) {
        cuts.add(i + 1);
      }
    }
    return cuts;
  }

  double meanDifference() {
    return Series.mean(differences);
  }

  double meanError() {
    return Series.mean(errors);
  }

  double medianError() {
    return Series.median(errors).orElse(0);
  }

  /** In pixels a frame. */
  double meanFlow() {
    return Series.mean(flows);
  }
}

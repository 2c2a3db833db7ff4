package dev.longtake.coordinator.film;

import dev.longtake.consistency.FrameChanges;
import dev.longtake.consistency.SeamFigures;
import dev.longtake.plan.Boundary;
import dev.longtake.plan.ShotPlan;
import dev.longtake.plan.Times;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalDouble;

/**
 * Measures whether the picture moves more at the boundaries of a shot's chunks than elsewhere.
 *
 * <p>With {@code d(t)} the mean absolute difference of frames t - 1 and t (0 to 255), the seam
 * ratio of a boundary is {@code d} at the frame where the picture passes from the left chunk's
 * ownership to the right one's, over the median of {@code d} within {@value FrameChanges#REACH}
 * frames around it, the boundary itself left out. 1 means that the boundary cannot be told from its
 * surroundings. A boundary always lies between two latent frames, where some models move more than
 * within one; the step ratio therefore compares it with those frames alone at which a latent frame
 * begins, and tells what chunking costs from what the model costs. The same figure without motion
 * would flatter a still picture, so motion stands beside it.
 */
final class SeamMeter {

  /**
   * Seam figures of a shot.
   *
   * @param seamRatios one per boundary, in order; boundaries in a still picture are left out
   * @param stepRatios the same boundaries, each compared with beginnings of latent frames alone
   * @param boundaries all boundaries, with more figures of each
   * @param motion mean of d(t) over the shot, 0 to 255
   */
  record SeamReport(
      List<Double> seamRatios,
      List<Double> stepRatios,
      List<SeamFigures> boundaries,
      double motion) {
    SeamReport {
      boundaries = List.copyOf(boundaries);
      seamRatios = List.copyOf(seamRatios);
      stepRatios = List.copyOf(stepRatios);
    }
  }

  private SeamMeter() {}

  /**
   * Measures a shot.
   *
   * @param differences element t - 1 is d(t), for t from 1 to the shot's last frame
   * @param changes what else changes between its frames
   */
  static SeamReport measure(
      ShotPlan shot, int temporalFactor, double[] differences, FrameChanges changes) {
    List<Integer> frames = new ArrayList<>();
    List<Double> ratios = new ArrayList<>();
    List<Double> stepRatios = new ArrayList<>();
    for (Boundary boundary : shot.chunks().boundaries()) {
      int latentFrame = boundary.firstLatentFrame() + boundary.ownedByLeft();
      int frame = Times.frameCount(latentFrame, temporalFactor);
      frames.add(frame);
      ratio(differences, frame, 1).ifPresent(ratios::add);
      ratio(differences, frame, temporalFactor).ifPresent(stepRatios::add);
    }
    return new SeamReport(
        ratios,
        stepRatios,
        changes.seams(shot.shot().id(), frames, FrameChanges.STILL),
        Arrays.stream(differences).average().orElse(0));
  }

  /** Compares a frame with those around it that lie a multiple of {@code stride} away. */
  private static OptionalDouble ratio(double[] differences, int frame, int stride) {
    int at = frame - 1;
    if (at < 0 || at >= differences.length) {
      return OptionalDouble.empty();
    }
    int from = Math.max(0, at - FrameChanges.REACH);
    int to = Math.min(differences.length, at + FrameChanges.REACH + 1);
    List<Double> around = new ArrayList<>();
    for (int i = from; i < to; i++) {
      if (i != at && (i - at) % stride == 0) {
        around.add(differences[i]);
      }
    }
    double median = median(around).orElse(0);
    return median < FrameChanges.STILL
        ? OptionalDouble.empty()
        : OptionalDouble.of(differences[at] / median);
  }

  /** The middle value; of an even number of values, the mean of the two in the middle. */
  static OptionalDouble median(List<Double> values) {
    if (values.isEmpty()) {
      return OptionalDouble.empty();
    }
    double[] sorted = values.stream().mapToDouble(Double::doubleValue).sorted().toArray();
    int middle = sorted.length / 2;
    return OptionalDouble.of(
        sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2);
  }
}

package dev.longtake.consistency;

import static dev.longtake.error.Require.require;

import dev.longtake.consistency.look.ColorHistogram;
import dev.longtake.consistency.look.LabPicture;
import dev.longtake.consistency.look.Rasters;
import dev.longtake.picture.Pixels;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;
import org.jspecify.annotations.Nullable;

/**
 * Looks on as a shot's frames pass, in order, and tells what is to be told of the shot. Holds a few
 * frames whatever the shot's length.
 */
public final class ShotGauge {

  /** A second after which no more than this has changed on average was one of standing still. */
  static final double SAME = 0.15;

  /** Rows and columns of parts of a picture of which the brightness is followed. */
  private static final int PARTS = 4;

  private final ShotLayout layout;
  private final double still;
  private final FrameChanges changes;
  private final double[][] mean;
  private final double[] sharpness;
  private final double[][] parts;
  private final List<double[]> palettes = new ArrayList<>();
  private final List<Double> secondChanges = new ArrayList<>();
  private final List<Pixels> samples = new ArrayList<>();
  private double[] palette = new double[ColorHistogram.CELLS];
  private int paletteFrames;
  private @Nullable List<SeamFigures> measured;
  private @Nullable Pixels first;
  private @Nullable Pixels last;
  private @Nullable Pixels second;
  private int count;

  /**
   * Is to see all frames of this shot.
   *
   * @param still {@link FrameChanges#STILL} or {@link FrameChanges#STILL_CODED}
   */
  public ShotGauge(ShotLayout layout, double still) {
    this.layout = layout;
    this.still = still;
    int frames = layout.frameCount();
    changes = new FrameChanges(frames);
    mean = new double[3][frames];
    sharpness = new double[frames];
    parts = new double[PARTS * PARTS][frames];
  }

  /** Takes the next frame in. */
  public void see(Pixels frame) {
    require(count < layout.frameCount(), "shot %s has no frame %d", layout.shot(), count);
    int[] luma = Rasters.luma(frame);
    seeColors(frame);
    sharpness[count] = Rasters.sharpness(luma, frame.width(), frame.height());
    seeParts(luma, frame.width(), frame.height());
    changes.see(frame, luma);
    if (count % layout.secondFrames() == 0) {
      if (second != null) {
        secondChanges.add(Rasters.difference(second, frame));
      }
      second = frame;
    }
    if (samples.size() < layout.samples().size() && layout.samples().get(samples.size()) == count) {
      samples.add(frame);
    }
    if (first == null) {
      first = frame;
    }
    last = frame;
    count++;
  }

  private void seeColors(Pixels frame) {
    LabPicture lab = LabPicture.of(frame);
    mean[0][count] = mean(lab.l());
    mean[1][count] = mean(lab.a());
    mean[2][count] = mean(lab.b());
    double[] seen = ColorHistogram.of(ColorHistogram.cells(lab), i -> 1);
    for (int i = 0; i < seen.length; i++) {
      palette[i] += seen[i];
    }
    paletteFrames++;
    if ((count + 1) % layout.secondFrames() == 0 || count + 1 == layout.frameCount()) {
      endPalette();
    }
  }

  /** What is left of a second at the shot's end counts as one from half a second on. */
  private void endPalette() {
    if (palettes.isEmpty() || 2 * paletteFrames >= layout.secondFrames()) {
      for (int i = 0; i < palette.length; i++) {
        palette[i] /= paletteFrames;
      }
      palettes.add(palette);
    }
    palette = new double[ColorHistogram.CELLS];
    paletteFrames = 0;
  }

  private void seeParts(int[] luma, int width, int height) {
    int[] counts = new int[PARTS * PARTS];
    for (int row = 0; row < height; row++) {
      for (int column = 0; column < width; column++) {
        int part = row * PARTS / height * PARTS + column * PARTS / width;
        parts[part][count] += luma[row * width + column];
        counts[part]++;
      }
    }
    for (int i = 0; i < counts.length; i++) {
      parts[i][count] /= Math.max(1, counts[i]);
    }
  }

  private static double mean(float[] values) {
    double sum = 0;
    for (float value : values) {
      sum += value;
    }
    return sum / values.length;
  }

  /** Takes seams as they were measured on frames from before compression, in place of its own. */
  public void setSeams(List<SeamFigures> seams) {
    measured = List.copyOf(seams);
  }

  /** Frames in which those that the shot shows are looked for. */
  public List<Pixels> samples() {
    return List.copyOf(samples);
  }

  /** What has been seen; all frames must have been. */
  public ShotFigures figures() {
    require(
        count == layout.frameCount(),
        "shot %s: expected %d frames, found %d",
        layout.shot(),
        layout.frameCount(),
        count);
    return new ShotFigures(
        layout.shot(),
        count,
        measured == null ? changes.seams(layout.shot(), layout.boundaryFrames(), still) : measured,
        drift(),
        motion(),
        changes.cuts());
  }

  /** The first frame, once there was one. */
  Pixels first() {
    return requireSeen(first);
  }

  /** The last frame seen. */
  Pixels last() {
    return requireSeen(last);
  }

  private Pixels requireSeen(@Nullable Pixels frame) {
    if (frame == null) {
      throw new IllegalStateException("no frame of shot %s was seen".formatted(layout.shot()));
    }
    return frame;
  }

  /** The median of what motion does not explain from frame to frame. */
  double usualError() {
    return changes.medianError();
  }

  private DriftFigures drift() {
    double slope = 0;
    double change = 0;
    int quarter = Math.max(1, count / 4);
    for (double[] channel : mean) {
      double perMinute = Series.slope(channel) * layout.frameRateHz() * 60;
      double step = Series.mean(channel, count - quarter, count) - Series.mean(channel, 0, quarter);
      slope += perMinute * perMinute;
      change += step * step;
    }
    double began = Series.mean(sharpness, 0, quarter);
    double ended = Series.mean(sharpness, count - quarter, count);
    return new DriftFigures(
        Math.sqrt(slope),
        Math.sqrt(change),
        ColorHistogram.distance(palettes.getFirst(), palettes.getLast()),
        paletteRatio(),
        began > 0 ? ended / began : 1,
        Spectrum.flicker(parts),
        Spectrum.pulse(parts, layout.chunkFrames()));
  }

  /** Neighbours that differ by less than this are alike, whatever the ratio would say. */
  private static final double PALETTE_STILL = 0.005;

  private OptionalDouble paletteRatio() {
    if (palettes.size() < 2) {
      return OptionalDouble.empty();
    }
    double[] steps = new double[palettes.size() - 1];
    for (int i = 0; i < steps.length; i++) {
      steps[i] = ColorHistogram.distance(palettes.get(i), palettes.get(i + 1));
    }
    double ends = ColorHistogram.distance(palettes.getFirst(), palettes.getLast());
    return OptionalDouble.of(ends / Math.max(PALETTE_STILL, Series.median(steps).orElse(0)));
  }

  private MotionFigures motion() {
    long same = secondChanges.stream().filter(change -> change < SAME).count();
    double whole =
        secondChanges.isEmpty()
            ? Rasters.difference(first(), last()) < SAME ? 1 : 0
            : (double) same / secondChanges.size();
    return new MotionFigures(
        changes.meanDifference(),
        changes.meanFlow() * layout.frameRateHz() / first().width(),
        changes.meanError(),
        whole);
  }
}

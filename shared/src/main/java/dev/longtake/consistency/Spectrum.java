package dev.longtake.consistency;

import java.util.Arrays;
import java.util.OptionalDouble;

/** What the brightness of a picture's parts does over time, by how fast. */
final class Spectrum {

  /** Long shots are looked at in pieces of this many frames. */
  private static final int WINDOW = 256;

  /** Swings of less than this many steps of 255 are nothing that a ratio can be made of. */
  private static final double NOTHING = 0.05;

  private Spectrum() {}

  /**
   * What swings faster than a quarter of the frame rate, root mean square.
   *
   * @param parts brightness by part and frame
   */
  static double flicker(double[][] parts) {
    double energy = 0;
    int count = 0;
    for (double[] part : parts) {
      for (int from = 0; from < part.length; from += WINDOW) {
        double[] piece =
            Series.detrended(Arrays.copyOfRange(part, from, Math.min(part.length, from + WINDOW)));
        // Waves of 1, 2, ... in the piece: together with the mean they are all there is of it.
        int slowest = Math.floorDiv(piece.length, 4);
        double slow = 0;
        for (int waves = 1; waves <= slowest; waves++) {
          slow += Series.energyAt(piece, (double) piece.length / waves);
        }
        energy += Math.max(0, Series.energy(piece) - slow);
        count += piece.length;
      }
    }
    return count == 0 ? 0 : Math.sqrt(energy / count);
  }

  /**
   * How much more swings once in a period than slightly faster or slower. The whole picture is
   * looked at: what moves within it cancels out.
   *
   * @param period in frames; of one below 1 nothing can be said
   */
  static OptionalDouble pulse(double[][] parts, double period) {
    int length = parts[0].length;
    double waves = length / period;
    if (period < 1 || waves < 2.9) {
      return OptionalDouble.empty();
    }
    double[] whole = new double[length];
    for (double[] part : parts) {
      for (int i = 0; i < length; i++) {
        whole[i] += part[i] / parts.length;
      }
    }
    double[] rest = Series.detrended(whole);
    double inPeriod = Series.energyAt(rest, period);
    double beside =
        (Series.energyAt(rest, length / (waves - 1.5))
                + Series.energyAt(rest, length / (waves + 1.5)))
            / 2;
    double nothing = NOTHING * NOTHING * length;
    return OptionalDouble.of(Math.sqrt((inPeriod + nothing) / (beside + nothing)));
  }
}

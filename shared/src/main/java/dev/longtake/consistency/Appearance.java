package dev.longtake.consistency;

import dev.longtake.consistency.look.Look;
import dev.longtake.picture.Pixels;
import java.util.Optional;

/**
 * An entity looked for in one frame of a shot that the story schedules it for.
 *
 * @param shot index of the shot
 * @param frame within the shot
 * @param match how much of the reference's colours is there, 0 to 1
 * @param closeup empty where nothing but the look was taken
 */
public record Appearance(int shot, int frame, double match, Optional<Closeup> closeup, Look look) {

  /**
   * What was found, as it looks.
   *
   * @param pasted share of the reference's pixels that the frame repeats, 0 to 1
   */
  public record Closeup(double pasted, Pixels crop) {}

  /** Below this match it is not what the story asked for. */
  public static final double GATE = 0.5;

  /** Whether it counts. */
  public boolean isFaithful() {
    return match >= GATE;
  }
}

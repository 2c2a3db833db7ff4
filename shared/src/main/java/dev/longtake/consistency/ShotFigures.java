package dev.longtake.consistency;

import java.util.List;

/**
 * What is told of one shot by itself.
 *
 * @param seams one a boundary, in order
 * @param cuts frames at which the picture becomes another one although the shot goes on
 */
public record ShotFigures(
    String shot,
    int frameCount,
    List<SeamFigures> seams,
    DriftFigures drift,
    MotionFigures motion,
    List<Integer> cuts) {

  public ShotFigures {
    seams = List.copyOf(seams);
    cuts = List.copyOf(cuts);
  }
}

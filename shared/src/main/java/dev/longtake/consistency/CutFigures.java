package dev.longtake.consistency;

import java.util.List;

/**
 * Cuts found against cuts asked for (HoloCine's shot cut accuracy).
 *
 * @param asked hard cuts in the story
 * @param found of those, how many can be seen
 * @param missing shots that no cut leads away from, although the story has one there
 * @param extra places within a shot at which the picture becomes another one
 * @param accuracy found over all that were asked for or seen, 0 to 1; 1 where there are none
 */
public record CutFigures(
    int asked, int found, List<String> missing, List<Place> extra, double accuracy) {

  /** A frame of a shot. */
  public record Place(String shot, int frame) {}

  public CutFigures {
    missing = List.copyOf(missing);
    extra = List.copyOf(extra);
  }
}

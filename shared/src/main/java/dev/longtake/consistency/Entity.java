package dev.longtake.consistency;

import dev.longtake.consistency.look.Likeness;
import dev.longtake.picture.Pixels;
import dev.longtake.words.Word;
import java.util.List;

/**
 * Someone or something of the world that the story shows in some of its shots.
 *
 * @param pictures its reference pictures; none if they are not at hand
 * @param shots indices of the shots that the story schedules it for, ascending
 */
public record Entity(String id, Kind kind, List<Pixels> pictures, List<Integer> shots) {

  /** What it is. */
  public enum Kind implements Word {
    CHARACTER,
    PROP,
    SCENE
  }

  public Entity {
    pictures = List.copyOf(pictures);
    shots = List.copyOf(shots);
  }

  /** Whether a picture shows something on a plain ground, rather than what fills it. */
  public static boolean isCutOut(Pixels picture) {
    return Likeness.of(picture).isCutOut();
  }
}

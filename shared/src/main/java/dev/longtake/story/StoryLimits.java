package dev.longtake.story;

import static dev.longtake.error.Require.require;

import java.time.Duration;
import java.util.regex.Pattern;

/** How large a story may be. The reader, the domain records and the wire hold the same bounds. */
public final class StoryLimits {

  /** Form of the ids of shots and references: they become file names. */
  public static final Pattern ID = Pattern.compile("[a-z0-9](?:[a-z0-9-]{0,62}[a-z0-9])?");

  public static final int NAME_LENGTH_MAX = 200;
  public static final int SHOTS_MAX = 1000;
  public static final Duration SHOT_DURATION_MAX = Duration.ofMinutes(10);
  public static final Duration STORY_DURATION_MAX = Duration.ofHours(3);

  /** Characters of a prompt or a description. */
  public static final int TEXT_LENGTH_MAX = 2000;

  public static final int FRAME_RATE_HZ_MAX = 60;
  public static final int FRAME_SIDE_MIN = 16;
  public static final int FRAME_SIDE_MAX = 4096;

  /**
   * Width and height of a film are multiples of it: films keep colour for every two pixels. What a
   * model renders has coarser steps and is cropped.
   */
  public static final int FRAME_SIDE_STEP = 2;

  public static final int REFERENCES_PER_KIND_MAX = 1000;
  public static final int REFERENCES_PER_SHOT_MAX = 16;
  public static final int PICTURES_PER_REFERENCE_MAX = 16;
  public static final int FILE_BYTES_MAX = 1 << 20;
  public static final int STEP_COUNT_MAX = 1000;
  public static final double GUIDANCE_SCALE_MAX = 100;
  public static final double SHIFT_MAX = 100;

  private StoryLimits() {}

  /** Throws {@link IllegalArgumentException} unless {@code id} has the form {@link #ID}. */
  static void requireId(String id) {
    require(
        ID.matcher(id).matches(),
        "expected an id of 1 to 64 of a-z, 0-9 and inner hyphens, found \"%s\"",
        id);
  }

  static void requireName(String name) {
    require(
        !name.isBlank() && name.length() <= NAME_LENGTH_MAX,
        "expected a name of 1 to %d characters, found %d",
        NAME_LENGTH_MAX,
        name.length());
  }
}

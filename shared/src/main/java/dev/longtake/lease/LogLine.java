package dev.longtake.lease;

import static dev.longtake.error.Require.require;
import static java.util.Objects.requireNonNull;

import dev.longtake.story.StoryLimits;
import dev.longtake.words.Word;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * What a worker says while it works on a lease, or a coordinator of a story: kept with the story,
 * for people who want to know what happened. Prompts and secrets are not in it.
 *
 * @param number the how-manieth of its worker's lines about the lease, from 0, so that a line that
 *     is sent twice is kept once; empty of a coordinator's
 * @param text a sentence
 */
public record LogLine(Instant at, Level level, About about, OptionalInt number, String text) {

  /** The most lines that a worker says of one lease. */
  public static final int LINES_MAX = 100;

  /** The longest text, in characters. */
  public static final int TEXT_LENGTH_MAX = 500;

  private static final String CUT = " ...";

  /** How grave it is. */
  public enum Level implements Word {
    INFO,
    WARN,
    ERROR
  }

  /**
   * What it is about.
   *
   * @param shotId empty if it is about the whole story
   * @param lease empty if it is about no single piece of work
   * @param workerId empty if no worker has to do with it
   */
  public record About(String storyId, String shotId, Optional<LeaseToken> lease, String workerId) {

    /** Characters of a story's id. */
    private static final int STORY_ID_LENGTH_MAX = 64;

    public About {
      require(
          !storyId.isEmpty() && storyId.length() <= STORY_ID_LENGTH_MAX,
          "storyId: expected 1 to %d characters, found %d",
          STORY_ID_LENGTH_MAX,
          storyId.length());
      require(
          shotId.isEmpty() || StoryLimits.ID.matcher(shotId).matches(),
          "shotId: expected that of a shot, found \"%s\"",
          shotId);
      String story = storyId;
      require(
          lease.isEmpty() || lease.get().storyId().equals(story),
          "lease: expected one of story %s, found %s",
          story,
          lease);
      if (!workerId.isEmpty()) {
        WorkerStatement.requireName("workerId", workerId);
      }
    }
  }

  public LogLine {
    requireNonNull(at, "at");
    requireNonNull(level, "level");
    requireNonNull(about, "about");
    require(
        number.isEmpty() || (number.getAsInt() >= 0 && number.getAsInt() < LINES_MAX),
        "number: expected 0 to %d, found %s",
        LINES_MAX - 1,
        number);
    require(
        !text.isBlank() && text.length() <= TEXT_LENGTH_MAX,
        "text: expected 1 to %d characters, found %d",
        TEXT_LENGTH_MAX,
        text.length());
    require(
        text.chars().noneMatch(Character::isISOControl),
        "text: expected one line, found one with control characters");
  }

  /** The same, said by this worker. */
  public LogLine by(String workerId) {
    return new LogLine(
        at,
        level,
        new About(about.storyId(), about.shotId(), about.lease(), workerId),
        number,
        text);
  }

  /** A sentence as a line may have it: on one line, and what is too long cut off. */
  public static String sentence(String text) {
    String plain = text.replaceAll("\\p{Cc}+", " ").strip();
    String line = plain.isEmpty() ? "-" : plain;
    if (line.length() <= TEXT_LENGTH_MAX) {
      return line;
    }
    int end = TEXT_LENGTH_MAX - CUT.length();
    return line.substring(0, Character.isHighSurrogate(line.charAt(end - 1)) ? end - 1 : end) + CUT;
  }
}

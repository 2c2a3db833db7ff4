package dev.longtake.coordinator.web;

import static dev.longtake.error.Require.require;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/**
 * What a viewer looks at.
 *
 * @param story of a page about one story; empty for the others
 */
record Topic(Kind kind, String story) {

  /** The pages. */
  enum Kind {
    FARM,
    HISTORY,
    HOLDS,
    WORKERS,
    FILM,
    FAILURES,
    TAKES,
    CONTROL;

    String word() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  private static final int STORY_LENGTH_MAX = 64;

  Topic {
    require(
        (kind == Kind.FILM) == !story.isEmpty() && story.length() <= STORY_LENGTH_MAX,
        "page %s: expected a story of it alone, found \"%s\"",
        kind.word(),
        story);
  }

  /** The topic of these words; empty if there is none. */
  static Optional<Topic> of(String page, String story) {
    return Arrays.stream(Kind.values())
        .filter(kind -> kind.word().equals(page))
        .filter(kind -> (kind == Kind.FILM) == !story.isEmpty())
        .filter(kind -> story.length() <= STORY_LENGTH_MAX)
        .map(kind -> new Topic(kind, story))
        .findFirst();
  }
}

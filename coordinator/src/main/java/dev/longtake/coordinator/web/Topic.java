package dev.longtake.coordinator.web;

import static dev.longtake.error.Require.require;
import static java.util.Objects.requireNonNull;

import dev.longtake.story.status.TenantScope;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What a viewer looks at.
 *
 * @param story of a page about one story; empty for the others
 * @param chunk of a page about one chunk; empty for the others
 */
record Topic(Kind kind, String story, Optional<Chunk> chunk) {

  /** A chunk of a shot, both counted from 0. */
  record Chunk(int shot, int index) {
    Chunk {
      requireNumbers(shot >= 0 && index >= 0, shot, index);
    }

    /** The chunk of an address; empty if it names none. */
    static Optional<Chunk> of(@Nullable String shot, @Nullable String index) {
      if (shot == null || index == null) {
        return Optional.empty();
      }
      requireNumbers(isNumber(shot) && isNumber(index), shot, index);
      return Optional.of(new Chunk(Integer.parseInt(shot), Integer.parseInt(index)));
    }

    private static boolean isNumber(String text) {
      return text.matches("[0-9]{1,9}");
    }

    private static void requireNumbers(boolean areNumbers, Object shot, Object index) {
      require(
          areNumbers, "shot, chunk: expected numbers from 0, found \"%s\", \"%s\"", shot, index);
    }
  }

  /** A page as somebody sees it: of the work that they have to do with. */
  record Look(Topic topic, TenantScope scope) {
    Look {
      requireNonNull(topic, "topic");
      requireNonNull(scope, "scope");
    }
  }

  /** The pages. */
  enum Kind {
    FARM,
    HISTORY,
    HOLDS,
    WORKERS,
    FILM,
    LINES,
    FAILURES,
    TAKES,
    CONTROL,
    TENANTS;

    String word() {
      return name().toLowerCase(Locale.ROOT);
    }

    private boolean isOfStory() {
      return this == FILM || this == LINES;
    }
  }

  /** The call that tells the same, and needs the same rights. */
  String call() {
    return switch (kind) {
      case FARM, HISTORY, FAILURES, TAKES -> "longtake.v1.FarmService/ListStories";
      case FILM -> "longtake.v1.FarmService/GetStory";
      case LINES -> "longtake.v1.LogService/ListLines";
      case HOLDS -> "longtake.v1.FarmService/ExplainStory";
      case WORKERS -> "longtake.v1.FleetService/ListWorkers";
      case TENANTS -> "longtake.v1.FleetService/ListTenants";
      case CONTROL -> "longtake.v1.AccessService/ListAudit";
    };
  }

  private static final int STORY_LENGTH_MAX = 64;

  Topic {
    require(
        kind.isOfStory() == !story.isEmpty() && story.length() <= STORY_LENGTH_MAX,
        "page %s: expected a story of it alone, found \"%s\"",
        kind.word(),
        story);
    require(
        (kind == Kind.LINES) == chunk.isPresent(),
        "page %s: expected a chunk of lines alone, found %s",
        kind.word(),
        chunk);
  }

  /** The topic of these words; empty if there is none. */
  static Optional<Topic> of(String page, String story, Optional<Chunk> chunk) {
    return Arrays.stream(Kind.values())
        .filter(kind -> kind.word().equals(page))
        .filter(kind -> kind.isOfStory() == !story.isEmpty())
        .filter(kind -> (kind == Kind.LINES) == chunk.isPresent())
        .filter(kind -> story.length() <= STORY_LENGTH_MAX)
        .map(kind -> new Topic(kind, story, chunk))
        .findFirst();
  }
}

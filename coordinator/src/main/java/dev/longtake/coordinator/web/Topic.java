package dev.longtake.coordinator.web;

import static dev.longtake.error.Require.require;
import static java.util.Objects.requireNonNull;

import dev.longtake.story.status.TenantScope;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/**
 * What a viewer looks at.
 *
 * @param story of a page about one story; empty for the others
 */
record Topic(Kind kind, String story) {

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
    FAILURES,
    TAKES,
    CONTROL,
    TENANTS;

    String word() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /** The call that tells the same, and needs the same rights. */
  String call() {
    return switch (kind) {
      case FARM, HISTORY, FAILURES, TAKES, TENANTS -> "longtake.v1.FarmService/ListStories";
      case FILM -> "longtake.v1.FarmService/GetStory";
      case HOLDS -> "longtake.v1.FarmService/ExplainStory";
      case WORKERS -> "longtake.v1.FleetService/ListWorkers";
      case CONTROL -> "longtake.v1.AccessService/ListAudit";
    };
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

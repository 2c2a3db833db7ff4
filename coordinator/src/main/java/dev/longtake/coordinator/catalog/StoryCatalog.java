package dev.longtake.coordinator.catalog;

import dev.longtake.error.ErrorCode;
import dev.longtake.error.LongtakeException;
import dev.longtake.story.status.StoryFilter;
import dev.longtake.story.status.StorySummary;
import dev.longtake.story.status.TenantScope;
import java.util.List;
import java.util.Optional;

/**
 * The stories of the farm. Several coordinators may use one catalog at once. Every call waits for
 * the database: on virtual threads only, never in an actor. What goes wrong with it is {@link
 * ErrorCode#UNAVAILABLE}.
 */
public interface StoryCatalog {

  /**
   * Gives a story its id; repeating it with the same request id gives the same one, whichever
   * coordinators are asked.
   *
   * @throws LongtakeException with {@link ErrorCode#ALREADY_EXISTS} if the request id is that of
   *     another story, {@link ErrorCode#LIMIT_REACHED} if too many stories are open; requests of
   *     the same moment may exceed the limit by as many
   */
  Registered register(NewStory story);

  /**
   * Refuses if no further story may be open.
   *
   * @throws LongtakeException with {@link ErrorCode#LIMIT_REACHED}
   */
  void requireRoom();

  /** Whose story it is; empty if there is none. */
  Optional<String> tenantOf(String storyId);

  /** The line about a story. */
  Optional<StorySummary> find(String storyId);

  /**
   * Takes in how a story stands, unless the line is from a later moment already. Repeating it, and
   * the order of several, make no difference.
   *
   * @param eventCount events of its journal that the line has taken in
   */
  default void update(StorySummary line, long eventCount) {
    update(List.of(new Line(line, eventCount)));
  }

  /** The same of several stories: all of them or, if the database fails, none. */
  void update(List<Line> lines);

  /**
   * Stories that the filter lets through, newest first.
   *
   * @param pageSize at most so many
   * @param pageToken of the page before; empty for the first page
   * @throws LongtakeException with {@link ErrorCode#REQUEST_INVALID} if the token is none of this
   *     catalog
   */
  Page page(StoryFilter filter, int pageSize, String pageToken);

  /** Ids of all stories that have not ended, the oldest first. */
  default List<String> open() {
    return open(TenantScope.ALL);
  }

  /** Ids of the stories in this scope that have not ended, the oldest first. */
  List<String> open(TenantScope scope);

  /**
   * Keeps a story that has ended as if it had ended now, because it is to go on: until then nothing
   * of it is forgotten.
   *
   * @return false if there is no such story
   */
  boolean keep(String storyId);

  /**
   * Forgets stories that got an id and were not submitted within the hour: the coordinator was lost
   * in between, and its client did not ask again.
   */
  void forgetAbandoned();

  /**
   * How a story stands.
   *
   * @param eventCount events of its journal that the line has taken in
   */
  record Line(StorySummary story, long eventCount) {}

  /**
   * A story as it got its id.
   *
   * @param sequence the how-manieth of this farm, from 1; not every number is taken
   */
  record Registered(String storyId, long sequence) {}

  /** A page of stories; the token is empty on the last one. */
  record Page(List<StorySummary> stories, String nextPageToken) {

    /** Nothing. */
    public static final Page NONE = new Page(List.of(), "");

    public Page {
      stories = List.copyOf(stories);
    }
  }
}

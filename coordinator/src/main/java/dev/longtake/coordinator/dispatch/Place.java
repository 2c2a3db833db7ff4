package dev.longtake.coordinator.dispatch;

import static java.util.Comparator.comparingLong;

import java.util.Comparator;

/** Where a story stands in the order in which stories are served. */
record Place(long sequence, String storyId) implements Comparable<Place> {

  private static final Comparator<Place> ORDER =
      comparingLong(Place::sequence).thenComparing(Place::storyId);

  static Place of(StoryDemand story) {
    return new Place(story.sequence(), story.storyId());
  }

  @Override
  public int compareTo(Place other) {
    return ORDER.compare(this, other);
  }
}

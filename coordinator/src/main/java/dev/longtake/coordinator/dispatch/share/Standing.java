package dev.longtake.coordinator.dispatch.share;

import static java.util.Comparator.comparingLong;

import dev.longtake.coordinator.dispatch.StoryDemand;
import java.util.Comparator;

/**
 * Where a story stands among its tenant's: in the order of submission, but each chunk of it counts
 * as if it had been submitted later. So a small film comes before a large one that was submitted
 * not too long before it; and because all grow older alike, no story is passed by those that are
 * submitted later than that, and nothing has to be sorted again as time goes by.
 *
 * @param rank milliseconds since 1970, lower ones first
 */
public record Standing(long rank, long sequence, String storyId) implements Comparable<Standing> {

  private static final Comparator<Standing> ORDER =
      comparingLong(Standing::rank)
          .thenComparingLong(Standing::sequence)
          .thenComparing(Standing::storyId);

  /** Where this story stands. */
  public static Standing of(StoryDemand story, ShareSettings settings) {
    long delay = settings.chunkDelay().toMillis();
    // Without a delay the order is that of the farm's own count, whatever the clocks say.
    long rank =
        delay == 0
            ? 0
            : story.claimant().submitTime().toEpochMilli() + delay * story.chunks().total();
    return new Standing(rank, story.sequence(), story.storyId());
  }

  @Override
  public int compareTo(Standing other) {
    return ORDER.compare(this, other);
  }
}

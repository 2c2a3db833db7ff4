package dev.longtake.coordinator.dispatch.ledger;

import dev.longtake.coordinator.dispatch.share.Posting;
import dev.longtake.coordinator.dispatch.share.Remembered;
import java.util.List;

/**
 * Keeps what was used, for all coordinators of the farm and over restarts. One writes it at a time:
 * whoever has opened it last. Calls wait for the database, and throw {@link
 * dev.longtake.error.LongtakeException} if it refuses: then it is not known whether anything was
 * written, and the same may be tried again.
 */
public interface UseStore {

  /**
   * What is there when a writer begins.
   *
   * @param term the writer's: higher than all before
   */
  record Opened(long term, List<Remembered> tenants) {
    public Opened {
      tenants = List.copyOf(tenants);
    }
  }

  /**
   * A new writer begins; those before may write no more.
   *
   * @param now milliseconds since 1970
   */
  Opened open(long now);

  /**
   * Adds what was used; once, however often it is tried.
   *
   * @param term that {@link #open} gave
   * @param number of the posting among those of the writer: 1, 2, ...
   * @return false if another writer has begun: nothing is added any more, and whether an attempt
   *     before this one added it is not known
   */
  boolean add(long term, long number, Posting posting);
}

package dev.longtake.coordinator.story.policy;

import static dev.longtake.error.Require.require;

import java.util.ArrayList;
import java.util.List;

/**
 * Workers that ended, or were not heard any more, while they held a piece of work, since it last
 * came further.
 *
 * @param step the denoise step from which the last of them began; 0 for the beginning
 * @param workers their ids, the latest last
 */
public record Losses(int step, List<String> workers) {

  /** Nobody was lost. */
  public static final Losses NONE = new Losses(0, List.of());

  public Losses {
    require(step >= 0, "step is negative: %d", step);
    workers = List.copyOf(workers);
  }

  /** How many. */
  public int count() {
    return workers.size();
  }

  /**
   * With one more. Those of before count no more if this one began further on: work that comes
   * further from loss to loss ends nobody, its workers do.
   */
  public Losses and(String workerId, int beganAt) {
    List<String> all = new ArrayList<>(beganAt > step ? List.of() : workers);
    all.add(workerId);
    return new Losses(beganAt, all);
  }
}

package dev.longtake.coordinator.dispatch;

import java.util.HashMap;
import java.util.Map;

/**
 * Leases that were asked for together. Until each of them was answered, and its story has told what
 * came of it, nothing further may be dealt out: answer and news come on two ways, and who has the
 * answer alone does not know yet what the workers hold. Pure, but changed in place: one owner.
 */
final class Round {

  private final int checksMax;
  private final Map<String, Long> untold = new HashMap<>();
  private int number;
  private int answersAwaited;
  private int checks;

  /**
   * None yet.
   *
   * @param checksMax after so many checks in a row without an answer, news that has not come is
   *     given up: its coordinator is gone, and another one tells of the story when it has it
   */
  Round(int checksMax) {
    this.checksMax = checksMax;
  }

  /** Begins another one, and says its number. */
  int begin() {
    answersAwaited = 0;
    untold.clear();
    return ++number;
  }

  /** A lease was asked for. */
  void ask() {
    answersAwaited++;
  }

  /**
   * A story has answered, or has not; of an earlier round that changes nothing.
   *
   * @param version of the story after it; 0 if that is not known
   */
  void answer(int asked, String storyId, long version, Fleet fleet) {
    if (asked == number && answersAwaited > 0) {
      answersAwaited--;
      checks = 0;
      if (version > 0) {
        untold.merge(storyId, version, Math::max);
      }
      hear(fleet);
    }
  }

  /** Something was told. */
  void hear(Fleet fleet) {
    untold.entrySet().removeIf(entry -> fleet.isTold(entry.getKey(), entry.getValue()));
  }

  /** Time has passed. */
  void check() {
    checks++;
    if (checks > checksMax) {
      untold.clear();
    }
  }

  /** Whether everything is known that came of it. */
  boolean isOver() {
    return answersAwaited == 0 && untold.isEmpty();
  }
}

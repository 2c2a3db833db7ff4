package dev.longtake.coordinator.dispatch;

import dev.longtake.coordinator.dispatch.Assignment.Lease;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToLongFunction;

/**
 * Leases that stories were asked for and have not told of. Answer and news come on two ways, and
 * who has the answer alone does not know yet what the workers hold: so whoever is to get a lease
 * counts as holding it, and its story wants nothing more, until the story has told what came of it.
 * All other stories and workers go on. Pure, but changed in place: one owner.
 */
final class Asks {

  /** What one story was asked for together. */
  private static final class Ask {
    private final long number;
    private final List<Lease> leases = new ArrayList<>();
    private int answersAwaited;
    private long version;
    private int checks;

    private Ask(long number) {
      this.number = number;
    }
  }

  private final int checksMax;
  private final Map<String, Ask> open = new HashMap<>();
  private long number;

  /**
   * None yet.
   *
   * @param checksMax after so many checks in a row without an answer, news that has not come is
   *     given up: its coordinator is gone, and another one tells of the story when it has it
   */
  Asks(int checksMax) {
    this.checksMax = checksMax;
  }

  /** Whether such a story was asked for something. */
  boolean has(String storyId) {
    return open.containsKey(storyId);
  }

  /**
   * A story is asked.
   *
   * @return the number that its answer is to bear
   */
  long ask(Lease lease) {
    Ask ask = open.computeIfAbsent(lease.storyId(), id -> new Ask(++number));
    ask.leases.add(lease);
    ask.answersAwaited++;
    return ask.number;
  }

  /**
   * A story has answered, or has not; to an earlier ask that changes nothing.
   *
   * @param version of the story after it; 0 if that is not known
   */
  void answer(long asked, String storyId, long version) {
    Ask ask = open.get(storyId);
    if (ask != null && ask.number == asked && ask.answersAwaited > 0) {
      ask.answersAwaited--;
      ask.version = Math.max(ask.version, version);
      ask.checks = 0;
    }
  }

  /** Whether everything that a story was asked for is answered, and told up to this version. */
  boolean isSettled(String storyId, ToLongFunction<String> versionTold) {
    Ask ask = open.get(storyId);
    return ask != null
        && ask.answersAwaited == 0
        && versionTold.applyAsLong(storyId) >= ask.version;
  }

  /** Forgets what a story was asked for, and says what that was. */
  List<Lease> settle(String storyId) {
    Ask ask = open.remove(storyId);
    return ask == null ? List.of() : List.copyOf(ask.leases);
  }

  /** Time has passed: the stories whose answer, or news of it, is given up. */
  List<String> check() {
    List<String> given = new ArrayList<>();
    open.forEach(
        (storyId, ask) -> {
          ask.checks++;
          if (ask.checks > checksMax) {
            given.add(storyId);
          }
        });
    return given;
  }

  /** All that stories were asked for. */
  List<Lease> leases() {
    return open.values().stream().flatMap(ask -> ask.leases.stream()).toList();
  }
}

package dev.longtake.client;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Which coordinators answer, as far as is known, and what follows. Immutable.
 *
 * @param all in the order in which they were named
 * @param last what was heard of each; of one that is missing, nothing yet
 */
record Answering(List<Address> all, Map<Address, Answer> last) {

  /** What a question whether a coordinator is well came to. */
  enum Answer {
    /** It is. */
    READY,
    /** It says that it is not, or cannot be connected to: calls fail by themselves. */
    AWAY,
    /** Nothing came in time: it is frozen, and calls would wait for it. */
    SILENT
  }

  Answering {
    all = List.copyOf(all);
    last = Map.copyOf(last);
  }

  /** Nothing is known yet. */
  static Answering of(List<Address> all) {
    return new Answering(all, Map.of());
  }

  Answering with(Address address, Answer answer) {
    Map<Address, Answer> next = new HashMap<>(last);
    next.put(address, answer);
    return new Answering(all, next);
  }

  private Answer of(Address address) {
    return last.getOrDefault(address, Answer.READY);
  }

  /** Those that calls go to: who is well. If nobody is, all, for one of them has to come back. */
  List<Address> toCall() {
    List<Address> ready = all.stream().filter(address -> of(address) == Answer.READY).toList();
    return ready.isEmpty() ? all : ready;
  }

  /**
   * Whether calls to it are given up. Not if nobody answers at all: then it is this machine, or its
   * network, that stood still.
   */
  boolean isGivenUp(Address address) {
    return of(address) == Answer.SILENT
        && all.stream().anyMatch(other -> last.get(other) == Answer.READY);
  }
}

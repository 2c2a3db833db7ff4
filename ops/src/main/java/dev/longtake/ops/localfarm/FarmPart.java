package dev.longtake.ops.localfarm;

import java.util.OptionalLong;

/**
 * One line of {@code ops/local-farm status}.
 *
 * @param kind postgresql, storage, coordinator or worker
 * @param name its address; of a worker its id
 * @param process its process, if it runs
 * @param isLeader whether it deals out the farm's work
 */
record FarmPart(Kind kind, String name, OptionalLong process, boolean isLeader) {

  /** What it is. */
  enum Kind {
    POSTGRESQL("postgresql"),
    STORAGE("storage"),
    COORDINATOR("coordinator"),
    WORKER("worker");

    private final String word;

    Kind(String word) {
      this.word = word;
    }
  }

  static FarmPart postgresql(String address, OptionalLong process) {
    return new FarmPart(Kind.POSTGRESQL, address, process, false);
  }

  static FarmPart storage(String address, OptionalLong process) {
    return new FarmPart(Kind.STORAGE, address, process, false);
  }

  static FarmPart coordinator(String address, OptionalLong process, boolean isLeader) {
    return new FarmPart(Kind.COORDINATOR, address, process, isLeader);
  }

  static FarmPart worker(String id, OptionalLong process) {
    return new FarmPart(Kind.WORKER, id, process, false);
  }

  boolean isUp() {
    return process.isPresent();
  }

  /** Words with a space between; {@code -} where there is no process. */
  String line() {
    String pid = process.isPresent() ? Long.toString(process.getAsLong()) : "-";
    String line = "%s %s %s".formatted(kind.word, name, pid);
    if (!isUp()) {
      return line + " down";
    }
    return isLeader ? line + " leader" : line;
  }
}

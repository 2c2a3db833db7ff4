package dev.longtake.loadtest.history;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/** What a coordinator took over the course of a run. Safe for any number of threads. */
public final class Course {

  /** Something that a process or its folder has more or less of. */
  public enum Quantity {
    /** Bytes of Java's heap after a collection. */
    HEAP("heapBytes"),
    /** Bytes of memory that the process has. */
    RESIDENT("residentBytes"),
    /** Threads of the system. */
    THREADS("threads"),
    /** Open files and connections. */
    DESCRIPTORS("descriptors"),
    /** Files that are being made. */
    UNFINISHED("unfinishedFiles"),
    /** Checkpoints on the disk. */
    CHECKPOINTS("checkpointFiles"),
    /** Events of stories in the journal. */
    EVENTS("journalEvents"),
    /** Bytes of the journal's files. */
    JOURNAL("journalBytes"),
    /** Artifacts on the disk. */
    ARTIFACTS("artifactFiles"),
    /** Bytes of them. */
    ARTIFACT_BYTES("artifactBytes"),
    /** Entries of the index of finished shots. */
    INDEX("indexEntries"),
    /** Stories that have ended so far. */
    STORIES("storiesEnded");

    private final String word;

    Quantity(String word) {
      this.word = word;
    }

    /** As figures call it. */
    public String word() {
      return word;
    }
  }

  /**
   * What there was at a moment.
   *
   * @param seconds since the first arrival
   */
  public record Look(double seconds, Map<Quantity, Double> values) {

    public Look {
      values = new EnumMap<>(values);
    }

    /** How much there was of it; 0 where it was not looked at. */
    public double of(Quantity quantity) {
      return values.getOrDefault(quantity, 0.0);
    }
  }

  private final List<Look> looks = new ArrayList<>();

  /** Takes note of what there is now. */
  public synchronized void add(Look look) {
    looks.add(look);
  }

  /** All of them, in order. */
  public synchronized List<Look> looks() {
    return List.copyOf(looks);
  }
}

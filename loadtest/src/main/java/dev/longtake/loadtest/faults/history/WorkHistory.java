package dev.longtake.loadtest.faults.history;

import dev.longtake.loadtest.faults.history.Happening.Ended;
import dev.longtake.loadtest.faults.history.Happening.Finished;
import dev.longtake.loadtest.faults.history.Happening.Leased;
import dev.longtake.loadtest.faults.history.Happening.Other;
import dev.longtake.loadtest.faults.history.Happening.Released;
import dev.longtake.loadtest.faults.history.Happening.Row;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** What a story's journal says of its work, read row by row; used by one thread. */
final class WorkHistory {

  private static final String CHUNK = "CHUNK";

  /** A piece of work: which attempt was leased last, and whether that one holds it or is done. */
  private static final class Piece {
    int attempt;
    boolean isHeld;
    boolean isDone;
  }

  private final Map<String, Piece> pieces = new TreeMap<>();
  private final Map<Promise, List<String>> violations = new EnumMap<>(Promise.class);
  private int chunksFinished;
  private long lastNumber;

  WorkHistory(List<Row> rows) {
    rows.forEach(this::read);
  }

  /** What is wrong with it. */
  Map<Promise, List<String>> violations() {
    return violations;
  }

  /** Chunks that are done at the end. */
  int chunksDone() {
    return (int)
        pieces.entrySet().stream()
            .filter(piece -> piece.getKey().startsWith(CHUNK) && piece.getValue().isDone)
            .count();
  }

  /** How often a chunk was done; more than there are where some were done again. */
  int chunksFinished() {
    return chunksFinished;
  }

  private void violate(Promise promise, String how) {
    violations.computeIfAbsent(promise, any -> new ArrayList<>()).add(how);
  }

  private void read(Row row) {
    if (row.number() != lastNumber + 1) {
      violate(
          Promise.REPLAY,
          "row %d of the journal follows row %d".formatted(row.number(), lastNumber));
    }
    lastNumber = row.number();
    switch (row) {
      case Leased leased -> lease(leased);
      case Finished finished -> finish(finished);
      case Released released -> release(released);
      case Ended ended -> end(ended);
      case Other other -> {}
    }
  }

  private Piece piece(String kind, int shot, int index) {
    return pieces.computeIfAbsent("%s %d/%d".formatted(kind, shot, index), any -> new Piece());
  }

  /** A grant is the index and the worker, with a space between. */
  private void lease(Leased leased) {
    for (String grant : leased.grants()) {
      int index = Integer.parseInt(grant.substring(0, grant.indexOf(' ')));
      Piece piece = piece(leased.kind(), leased.shot(), index);
      if (piece.isHeld || piece.isDone) {
        violate(
            Promise.ONE_ATTEMPT,
            "row %d leases what attempt %d holds or has done"
                .formatted(leased.number(), piece.attempt));
      }
      piece.attempt++;
      piece.isHeld = true;
    }
  }

  private void finish(Finished finished) {
    Piece piece = piece(finished.kind(), finished.shot(), finished.index());
    if (!piece.isHeld || piece.attempt != finished.attempt()) {
      violate(
          Promise.FENCED,
          "row %d believes attempt %d, attempt %d %s"
              .formatted(
                  finished.number(),
                  finished.attempt(),
                  piece.attempt,
                  piece.isHeld ? "holds it" : "was the last one"));
    }
    if (finished.failure().isEmpty()) {
      piece.isHeld = false;
      piece.isDone = true;
      chunksFinished += finished.kind().equals(CHUNK) ? 1 : 0;
    }
  }

  private void release(Released released) {
    for (int index : released.indexes()) {
      Piece piece = piece(released.kind(), released.shot(), index);
      piece.isHeld = false;
      piece.isDone = false;
    }
  }

  private void end(Ended ended) {
    if (ended.state().equals("SUCCEEDED")) {
      pieces.forEach(
          (name, piece) -> {
            if (!piece.isDone) {
              violate(Promise.ONE_ATTEMPT, "the film is there and %s is not".formatted(name));
            }
          });
    }
  }
}

package dev.longtake.loadtest.faults.history;

import dev.longtake.loadtest.faults.history.Happening.Answered;
import dev.longtake.loadtest.faults.history.Happening.Begun;
import dev.longtake.loadtest.faults.history.Happening.Broke;
import dev.longtake.loadtest.faults.history.Happening.Counted;
import dev.longtake.loadtest.faults.history.Happening.Ended;
import dev.longtake.loadtest.faults.history.Happening.Filmed;
import dev.longtake.loadtest.faults.history.Happening.LeftBehind;
import dev.longtake.loadtest.faults.history.Happening.Row;
import dev.longtake.loadtest.faults.history.Happening.Stood;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Whether a history of one story keeps every promise.
 *
 * @param violations by promise, each in a sentence; a promise without any was kept
 */
public record Judgement(Map<Promise, List<String>> violations) {

  /** Share of the heap that the latent store may take, with what is measured beside it. */
  private static final double STORE_SHARE_MAX = 0.3;

  private static final String SUCCEEDED = "SUCCEEDED";

  public Judgement {
    violations = Map.copyOf(violations);
  }

  /** Whether all were kept. */
  public boolean isKept() {
    return violations.isEmpty();
  }

  /** Judges it. */
  public static Judgement of(List<Happening> history) {
    return new Judge(history).judge();
  }

  private static final class Judge {
    private final List<Happening> history;
    private final Map<Promise, List<String>> found = new EnumMap<>(Promise.class);

    Judge(List<Happening> history) {
      this.history = history;
    }

    Judgement judge() {
      Optional<Stood> last = all(Stood.class).stream().reduce((first, second) -> second);
      boolean isEnded = last.filter(Stood::isEnded).isPresent();
      if (!all(Begun.class).isEmpty() && !isEnded) {
        violate(Promise.ENDS, "the story stood %s at last".formatted(last.map(Stood::state)));
      }
      var work = new WorkHistory(all(Row.class));
      work.violations().forEach((promise, texts) -> texts.forEach(it -> violate(promise, it)));
      replay(work, last);
      film(last);
      all(Counted.class).forEach(this::limits);
      counts(work);
      answers();
      lost();
      all(LeftBehind.class).forEach(left -> left.things().forEach(this::leftBehind));
      return new Judgement(found);
    }

    private <T extends Happening> List<T> all(Class<T> type) {
      return history.stream().filter(type::isInstance).map(type::cast).toList();
    }

    private void violate(Promise promise, String how) {
      found.computeIfAbsent(promise, any -> new ArrayList<>()).add(how);
    }

    private void replay(WorkHistory work, Optional<Stood> last) {
      List<Ended> ends = all(Ended.class);
      String state = ends.isEmpty() ? "open" : ends.getLast().state();
      last.filter(Stood::isEnded)
          .filter(told -> !told.state().equals(state))
          .ifPresent(
              told ->
                  violate(
                      Promise.REPLAY,
                      "told %s, the journal says %s".formatted(told.state(), state)));
      last.filter(told -> told.state().equals(SUCCEEDED) && told.chunksDone() != work.chunksDone())
          .ifPresent(
              told ->
                  violate(
                      Promise.REPLAY,
                      "told %d chunks done, the journal has %d"
                          .formatted(told.chunksDone(), work.chunksDone())));
    }

    private void film(Optional<Stood> last) {
      List<Filmed> films = all(Filmed.class);
      boolean isMade = last.filter(told -> told.state().equals(SUCCEEDED)).isPresent();
      if (isMade && films.isEmpty()) {
        violate(Promise.NO_BLOB_MISSING, "the film was not to be had");
      }
      last.filter(told -> told.isEnded() && !isMade)
          .ifPresent(
              told ->
                  violate(
                      Promise.SAME_FILM,
                      "there is none: %s %s".formatted(told.state(), told.failure())));
      for (Filmed film : films) {
        if (!film.digest().equals(film.expected())) {
          violate(
              Promise.SAME_FILM, "expected %s, found %s".formatted(film.expected(), film.digest()));
        }
        if (film.frames() != film.framesExpected()) {
          violate(
              Promise.ALL_FRAMES,
              "expected %d, found %d".formatted(film.framesExpected(), film.frames()));
        }
        film.damaged().forEach(file -> violate(Promise.NO_BLOB_MISSING, file));
      }
    }

    private void limits(Counted counted) {
      if (counted.heapBytes() > 0 && counted.storeBytes() > counted.heapBytes() * STORE_SHARE_MAX) {
        violate(
            Promise.LIMITS,
            "%s holds %d bytes of %d"
                .formatted(counted.coordinator(), counted.storeBytes(), counted.heapBytes()));
      }
    }

    /** The first count of each coordinator is from before; what ended took its counts along. */
    private void counts(WorkHistory work) {
      if (all(Counted.class).isEmpty()
          || all(Broke.class).stream().anyMatch(Broke::endsCoordinators)) {
        return;
      }
      Map<String, List<Counted>> byName = new java.util.TreeMap<>();
      all(Counted.class)
          .forEach(
              it -> byName.computeIfAbsent(it.coordinator(), any -> new ArrayList<>()).add(it));
      long counted =
          byName.values().stream()
              .mapToLong(it -> it.getLast().chunksCompleted() - it.getFirst().chunksCompleted())
              .sum();
      if (counted != work.chunksFinished()) {
        violate(
            Promise.COUNTS,
            "coordinators counted %d chunks, the journal has %d"
                .formatted(counted, work.chunksFinished()));
      }
    }

    private void answers() {
      for (Answered answered : all(Answered.class)) {
        if (new HashSet<>(answered.storyIds().values()).size() > 1) {
          violate(Promise.SAME_STORY, "answers: " + answered.storyIds());
        }
      }
    }

    private void lost() {
      for (Cost cost : Cost.of(history)) {
        if (cost.stepsLost() > cost.fault().lostMax()) {
          violate(
              Promise.LITTLE_LOST,
              "%s: expected at most %d chunk-steps, found %d"
                  .formatted(cost.fault().fault(), cost.fault().lostMax(), cost.stepsLost()));
        }
      }
    }

    private void leftBehind(String thing) {
      violate(Promise.NOTHING_LEFT, thing);
    }
  }
}

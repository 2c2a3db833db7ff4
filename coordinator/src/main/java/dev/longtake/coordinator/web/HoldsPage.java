package dev.longtake.coordinator.web;

import dev.longtake.story.status.Explanation;
import dev.longtake.story.status.Reason;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/**
 * Why what is not done stands where it stands: each chunk and segment of the films under way has
 * one reason. Pure.
 */
record HoldsPage(long at, List<Held> reasons) {

  /**
   * What stands for one reason.
   *
   * @param waits whether somebody or something has to come first; else the work flows
   * @param remedy what to do about it
   */
  record Held(
      String reason, boolean waits, String remedy, int chunks, int segments, List<Film> films) {
    Held {
      films = List.copyOf(films);
    }
  }

  /** How much of a film stands so, and what speaks for it. */
  record Film(String id, String name, int chunks, int segments, String evidence) {}

  HoldsPage {
    reasons = List.copyOf(reasons);
  }

  static HoldsPage of(long at, List<Explanation> films) {
    Map<Reason, List<Film>> byReason = new EnumMap<>(Reason.class);
    for (Explanation film : films) {
      for (Explanation.Note note : film.notes()) {
        byReason
            .computeIfAbsent(note.reason(), reason -> new ArrayList<>())
            .add(
                new Film(
                    film.storyId(), film.name(), note.chunks(), note.segments(), note.evidence()));
      }
    }
    List<Held> reasons = new ArrayList<>();
    for (Reason reason : Reason.values()) {
      if (isShown(reason)) {
        reasons.add(held(reason, byReason.getOrDefault(reason, List.of())));
      }
    }
    return new HoldsPage(at, reasons);
  }

  private static boolean isShown(Reason reason) {
    return switch (reason) {
      case DONE, ENDED -> false;
      case RUNNING, NEIGHBOURS, WORKER_AWAY, FLOWING, BUSY, SHARE, QUOTA, NO_WORKER -> true;
      case OTHER_MODEL, OTHER_TENANT, DRAINING, HELD_UP, SETTLING, UNHEARD, PLANNING -> true;
      case CHUNKS, JOINING, FINISHING -> true;
    };
  }

  private static boolean waits(Reason reason) {
    return switch (reason) {
      case DONE, ENDED, RUNNING, FLOWING, CHUNKS, JOINING, FINISHING, PLANNING -> false;
      case NEIGHBOURS, WORKER_AWAY, BUSY, SHARE, QUOTA, NO_WORKER, OTHER_MODEL -> true;
      case OTHER_TENANT, DRAINING, HELD_UP, SETTLING, UNHEARD -> true;
    };
  }

  static Held held(Reason reason, List<Film> films) {
    return new Held(
        reason.word(),
        waits(reason),
        reason.remedy(),
        films.stream().mapToInt(Film::chunks).sum(),
        films.stream().mapToInt(Film::segments).sum(),
        films);
  }
}

package dev.longtake.coordinator.web;

import dev.longtake.coordinator.story.StoryDetail;
import dev.longtake.coordinator.story.StoryDetail.Piece;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** What went wrong: films by cause, and work that was begun again. Pure. */
record FailuresPage(long at, List<Cause> causes, List<Retried> retried) {

  /** Films that failed for the same reason. */
  record Cause(String code, List<FarmPage.Ended> films) {
    Cause {
      films = List.copyOf(films);
    }
  }

  /**
   * A piece of work of an open film that was leased more than once or given up. Attempts that no
   * worker gave up were lost with their workers.
   */
  record Retried(
      String story, String name, int shot, String shotId, String kind, int index, Piece piece) {}

  FailuresPage {
    causes = List.copyOf(causes);
    retried = List.copyOf(retried);
  }

  static FailuresPage of(FarmPicture picture, List<StoryDetail> open) {
    Map<String, List<FarmPage.Ended>> byCode = new TreeMap<>();
    picture.recent().stream()
        .filter(story -> story.failure().isPresent())
        .map(FarmPage.Ended::of)
        .forEach(film -> byCode.computeIfAbsent(film.code(), code -> new ArrayList<>()).add(film));
    List<Cause> causes = new ArrayList<>();
    byCode.forEach((code, films) -> causes.add(new Cause(code, films)));
    causes.sort(Comparator.comparingInt((Cause cause) -> -cause.films().size()));
    List<Retried> retried = new ArrayList<>();
    open.forEach(story -> addRetried(story, retried));
    retried.sort(
        Comparator.comparingInt((Retried it) -> -it.piece().failures())
            .thenComparingInt(it -> -it.piece().attempt()));
    return new FailuresPage(picture.at().toEpochMilli(), causes, retried);
  }

  private static void addRetried(StoryDetail story, List<Retried> into) {
    for (int shot = 0; shot < story.shots().size(); shot++) {
      add(story, shot, "chunk", story.shots().get(shot).chunks(), into);
      add(story, shot, "segment", story.shots().get(shot).segments(), into);
    }
  }

  private static void add(
      StoryDetail story, int shot, String kind, List<Piece> pieces, List<Retried> into) {
    for (int i = 0; i < pieces.size(); i++) {
      Piece piece = pieces.get(i);
      if (piece.failures() > 0 || piece.attempt() > 1) {
        into.add(
            new Retried(
                story.status().storyId(),
                story.status().name(),
                shot,
                story.status().shots().get(shot).shotId(),
                kind,
                i,
                piece));
      }
    }
  }
}

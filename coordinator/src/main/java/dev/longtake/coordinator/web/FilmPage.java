package dev.longtake.coordinator.web;

import dev.longtake.coordinator.story.StoryDetail;
import dev.longtake.story.status.Explanation;
import dev.longtake.story.status.FilmFile;
import dev.longtake.story.status.ShotStatus;
import dev.longtake.story.status.StoryStatus;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** One film, to each chunk. Pure. */
record FilmPage(
    long at,
    FarmPage.Film film,
    Made made,
    Ending ending,
    List<Shot> shots,
    List<File> files,
    List<HoldsPage.Held> holds) {

  /** What makes it. */
  record Made(String model, String engineClass, double frameRateHz) {}

  /** How it ended; nothing of that while it goes on. */
  record Ending(long at, String code, String message) {}

  /** A file of the film, to be fetched. */
  record File(String name, long bytes) {}

  /**
   * A shot.
   *
   * @param clip name of its clip's file; empty until there is one
   */
  record Shot(
      String id,
      String state,
      boolean reused,
      int frames,
      Text text,
      String clip,
      Grid grid,
      Kept kept) {}

  /** What the model is told. */
  record Text(String prompt, List<String> references) {}

  /**
   * Its pieces.
   *
   * @param remote per boundary, whether slabs cross between workers there
   * @param reasons why each chunk stands where it stands; empty if nobody can tell
   */
  record Grid(
      int chunkSteps,
      List<StoryDetail.Piece> chunks,
      List<Boolean> remote,
      List<StoryDetail.Piece> segments,
      List<String> reasons) {}

  /** Denoise steps: done, and those that a loss of every worker would not cost. */
  record Kept(int stepsDone, int stepsKept, int stepsTotal) {}

  FilmPage {
    shots = List.copyOf(shots);
    files = List.copyOf(files);
    holds = List.copyOf(holds);
  }

  static FilmPage of(
      StoryDetail story, Optional<Explanation> why, Throughput throughput, Instant at) {
    StoryStatus status = story.status();
    return new FilmPage(
        at.toEpochMilli(),
        FarmPage.film(status, throughput, at),
        new Made(story.model(), status.renderers().engineClass(), story.frameRateHz()),
        new Ending(
            status.ending().map(ending -> ending.at().toEpochMilli()).orElse(0L),
            status.failure().map(StoryStatus.Failure::code).orElse(""),
            status.failure().map(StoryStatus.Failure::message).orElse("")),
        shots(story, why),
        status.film().files().stream().map(it -> new File(it.name(), it.sizeBytes())).toList(),
        HoldsPage.of(at.toEpochMilli(), why.stream().toList()).reasons().stream()
            .filter(held -> !held.films().isEmpty())
            .toList());
  }

  private static List<Shot> shots(StoryDetail story, Optional<Explanation> why) {
    List<Shot> shots = new ArrayList<>();
    for (int i = 0; i < story.status().shots().size(); i++) {
      ShotStatus status = story.status().shots().get(i);
      boolean isPlanned = i < story.shots().size();
      shots.add(
          shot(
              story.status(),
              status,
              isPlanned ? story.shots().get(i) : UNPLANNED,
              reasons(why, i)));
    }
    return shots;
  }

  private static List<String> reasons(Optional<Explanation> why, int shot) {
    return why.filter(it -> shot < it.shots().size())
        .map(
            it ->
                it.shots().get(shot).chunks().stream().map(piece -> piece.reason().word()).toList())
        .orElse(List.of());
  }

  private static final StoryDetail.Shot UNPLANNED =
      new StoryDetail.Shot("", List.of(), 0, List.of(), List.of(), List.of());

  private static Shot shot(
      StoryStatus story, ShotStatus status, StoryDetail.Shot detail, List<String> reasons) {
    String clip = "shots/" + status.shotId() + ".mp4";
    return new Shot(
        status.shotId(),
        FarmPage.word(status.state()),
        status.reused(),
        status.frameCount(),
        new Text(detail.prompt(), detail.references()),
        story.film().files().stream()
            .map(FilmFile::name)
            .filter(clip::equals)
            .findFirst()
            .orElse(""),
        new Grid(detail.chunkSteps(), detail.chunks(), detail.remote(), detail.segments(), reasons),
        new Kept(
            status.counts().steps().done(),
            status.counts().stepsKept(),
            status.counts().steps().total()));
  }
}

package dev.longtake.coordinator.web;

import dev.longtake.coordinator.draft.DraftDesk;
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

  /** A shot. */
  record Shot(
      String id,
      String state,
      boolean reused,
      int frames,
      Text text,
      Seen seen,
      Grid grid,
      Kept kept) {}

  /**
   * What can be seen of it.
   *
   * @param clip name of its clip's file; empty until there is one
   */
  record Seen(String clip, Draft draft) {}

  /**
   * What it looked like after some denoise steps.
   *
   * @param key of the picture's address; empty if there is none
   * @param step denoise steps done
   * @param frames that the picture shows, one under the other
   * @param width of a frame, in pixels
   * @param height of a frame, in pixels
   * @param why there is none, if somebody might expect one
   */
  record Draft(String key, int step, int frames, int width, int height, String why) {

    static final Draft NONE = new Draft("", 0, 0, 0, 0, "");

    static Draft of(DraftDesk.Shown shown) {
      return shown
          .draft()
          .map(it -> new Draft(it.key(), it.step(), it.frameCount(), it.width(), it.height(), ""))
          .orElse(new Draft("", 0, 0, 0, 0, shown.why()));
    }
  }

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

  /** Whether a shot is being made, and cannot be watched yet. */
  static boolean isUnderWay(StoryStatus story, int shot) {
    return !story.state().isEnded()
        && switch (story.shots().get(shot).state()) {
          case DENOISING, DECODING -> true;
          case WAITING, DONE -> false;
        };
  }

  /**
   * The page.
   *
   * @param drafts one per planned shot
   */
  static FilmPage of(
      StoryDetail story,
      Optional<Explanation> why,
      List<Draft> drafts,
      Throughput throughput,
      Instant at) {
    StoryStatus status = story.status();
    return new FilmPage(
        at.toEpochMilli(),
        FarmPage.film(status, throughput, at),
        new Made(story.model(), status.renderers().engineClass(), story.frameRateHz()),
        new Ending(
            status.ending().map(ending -> ending.at().toEpochMilli()).orElse(0L),
            status.failure().map(StoryStatus.Failure::code).orElse(""),
            status.failure().map(StoryStatus.Failure::message).orElse("")),
        shots(story, why, drafts),
        status.film().files().stream().map(it -> new File(it.name(), it.sizeBytes())).toList(),
        HoldsPage.of(at.toEpochMilli(), why.stream().toList()).reasons().stream()
            .filter(held -> !held.films().isEmpty())
            .toList());
  }

  private static List<Shot> shots(
      StoryDetail story, Optional<Explanation> why, List<Draft> drafts) {
    List<Shot> shots = new ArrayList<>();
    for (int i = 0; i < story.status().shots().size(); i++) {
      ShotStatus status = story.status().shots().get(i);
      boolean isPlanned = i < story.shots().size();
      shots.add(
          shot(
              status,
              isPlanned ? story.shots().get(i) : UNPLANNED,
              new Seen(clip(story.status(), status), isPlanned ? drafts.get(i) : Draft.NONE),
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
      new StoryDetail.Shot("", List.of(), 0, List.of(), List.of(), List.of(), Optional.empty());

  private static String clip(StoryStatus story, ShotStatus shot) {
    String clip = "shots/" + shot.shotId() + ".mp4";
    return story.film().files().stream()
        .map(FilmFile::name)
        .filter(clip::equals)
        .findFirst()
        .orElse("");
  }

  private static Shot shot(
      ShotStatus status, StoryDetail.Shot detail, Seen seen, List<String> reasons) {
    return new Shot(
        status.shotId(),
        FarmPage.word(status.state()),
        status.reused(),
        status.frameCount(),
        new Text(detail.prompt(), detail.references()),
        seen,
        new Grid(detail.chunkSteps(), detail.chunks(), detail.remote(), detail.segments(), reasons),
        new Kept(
            status.counts().steps().done(),
            status.counts().stepsKept(),
            status.counts().steps().total()));
  }
}

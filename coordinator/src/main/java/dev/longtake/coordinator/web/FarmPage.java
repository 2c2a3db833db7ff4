package dev.longtake.coordinator.web;

import dev.longtake.coordinator.dispatch.ChunkCounts;
import dev.longtake.coordinator.dispatch.view.FleetView;
import dev.longtake.story.status.ShotStatus;
import dev.longtake.story.status.StoryState;
import dev.longtake.story.status.StoryStatus;
import dev.longtake.story.status.StorySummary;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;

/** What the farm does now. Pure; numbers of milliseconds are since the epoch or durations. */
record FarmPage(
    long at,
    boolean settled,
    String heldUp,
    Speed speed,
    Crew crew,
    ChunkCounts chunks,
    List<Film> films,
    List<Ended> ended) {

  /**
   * How much is rendered.
   *
   * @param since when counting began
   * @param redoneFrames of the last hour
   */
  record Speed(double framesPerSecond, double timesRealTime, double redoneFrames, long since) {}

  /**
   * How many workers do what.
   *
   * @param stranded idle ones whose kind no waiting chunk is pinned to, while chunks wait
   * @param missing ones that hold something and are not there
   */
  record Crew(int busy, int idle, int stranded, int draining, int missing) {

    static Crew of(FarmPicture picture) {
      int busy = 0;
      int idle = 0;
      int draining = 0;
      for (FleetView.Worker worker : picture.fleet().workers()) {
        draining += worker.draining() ? 1 : 0;
        busy += !worker.draining() && !worker.holds().isEmpty() ? 1 : 0;
        idle += !worker.draining() && worker.holds().isEmpty() ? 1 : 0;
      }
      int stranded = (int) WorkersPage.stranded(picture).count();
      return new Crew(busy, idle - stranded, stranded, draining, picture.fleet().missing().size());
    }
  }

  /**
   * A film under way.
   *
   * @param millisLeft about; -1 if nobody can tell
   * @param atRisk why it may not come, in a sentence; empty if nothing speaks against it
   */
  record Film(
      String id,
      String name,
      String state,
      long submitted,
      Amount amount,
      long millisLeft,
      String atRisk,
      List<Shot> shots) {}

  /** How much of a film there is. */
  record Amount(int frames, double fraction, int stepsDone, int stepsTotal, int workers) {}

  /** A shot in a row of shots. */
  record Shot(String id, String state, double fraction) {

    static Shot of(ShotStatus shot) {
      return new Shot(shot.shotId(), word(shot.state()), Work.fraction(shot));
    }
  }

  /** A film that is done, or will not be. */
  record Ended(
      String id,
      String name,
      String state,
      long submitted,
      long ended,
      int frames,
      String code,
      String message) {

    static Ended of(StorySummary story) {
      return new Ended(
          story.storyId(),
          story.name(),
          word(story.state()),
          story.submitTime().toEpochMilli(),
          story.ending().map(ending -> ending.at().toEpochMilli()).orElse(0L),
          story.frameCount(),
          story.failure().map(StoryStatus.Failure::code).orElse(""),
          story.failure().map(StoryStatus.Failure::message).orElse(""));
    }
  }

  FarmPage {
    films = List.copyOf(films);
    ended = List.copyOf(ended);
  }

  /**
   * The page of these films.
   *
   * @param crew of the whole farm
   */
  static FarmPage of(FarmPicture picture, Crew crew, Throughput throughput) {
    Instant at = picture.at();
    return new FarmPage(
        at.toEpochMilli(),
        picture.fleet().settled(),
        picture.heldUp().orElse(""),
        new Speed(
            throughput.framesPerSecond(at),
            throughput.timesRealTime(at),
            throughput.redoneFrames(),
            throughput.since().toEpochMilli()),
        crew,
        picture.fleet().chunks(),
        picture.open().stream().map(story -> film(story, throughput, at)).toList(),
        picture.recent().stream().map(Ended::of).toList());
  }

  static Film film(StoryStatus story, Throughput throughput, Instant at) {
    return new Film(
        story.storyId(),
        story.name(),
        story.film().assembling() ? "assembling" : word(story.state()),
        story.submitTime().toEpochMilli(),
        amount(story),
        throughput.millisLeft(story.storyId()).orElse(-1),
        atRisk(story, throughput.stillFor(story.storyId(), at)),
        story.shots().stream().map(Shot::of).toList());
  }

  static Amount amount(StoryStatus story) {
    int done = story.shots().stream().mapToInt(it -> it.counts().steps().done()).sum();
    int total = story.shots().stream().mapToInt(it -> it.counts().steps().total()).sum();
    double frames = 0;
    double all = 0;
    for (ShotStatus shot : story.shots()) {
      frames += Work.fraction(shot) * shot.frameCount();
      all += shot.frameCount();
    }
    return new Amount(
        story.film().frameCount(),
        story.state() == StoryState.SUCCEEDED ? 1 : all == 0 ? 0 : frames / all,
        done,
        total,
        story.renderers().workerCount());
  }

  private static String atRisk(StoryStatus story, Duration still) {
    if (story.renderers().heldUp().isPresent()) {
      return story.renderers().heldUp().get();
    }
    boolean isStalled =
        story.state() == StoryState.RUNNING
            && !story.film().assembling()
            && still.compareTo(Throughput.STALLED_AFTER) >= 0;
    return isStalled ? "no progress for " + still.toMinutes() + " minutes" : "";
  }

  /** A state as the pages' style sheet knows it. */
  static String word(Enum<?> state) {
    return state.name().toLowerCase(Locale.ROOT);
  }
}

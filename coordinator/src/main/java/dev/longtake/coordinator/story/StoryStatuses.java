package dev.longtake.coordinator.story;

import dev.longtake.coordinator.story.StoryProgress.Ending;
import dev.longtake.plan.StoryPlan;
import dev.longtake.story.Shot;
import dev.longtake.story.status.Count;
import dev.longtake.story.status.FilmFile;
import dev.longtake.story.status.ShotCounts;
import dev.longtake.story.status.ShotState;
import dev.longtake.story.status.ShotStatus;
import dev.longtake.story.status.StoryStatus;
import dev.longtake.story.status.StorySummary;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What clients see of a story. Pure. */
public final class StoryStatuses {

  private StoryStatuses() {}

  /** What clients see of the story as it stands. */
  public static StoryStatus of(StoryView view) {
    StoryProgress story = view.progress();
    StorySummary summary = StorySummaries.of(story);
    return new StoryStatus(
        summary.storyId(),
        summary.name(),
        summary.state(),
        summary.submission(),
        summary.ending(),
        new StoryStatus.Renderers(
            story.plan().map(StoryPlan::engineClass).orElse(""), story.workers().size()),
        shots(view),
        new StoryStatus.Film(summary.frameCount(), story.isRendered(), files(story)));
  }

  private static List<FilmFile> files(StoryProgress story) {
    return story.ending() instanceof Ending.Succeeded succeeded ? succeeded.files() : story.clips();
  }

  private static List<ShotStatus> shots(StoryView view) {
    if (view.progress().shots().isEmpty()) {
      return view.progress().story().shots().stream().map(StoryStatuses::unplanned).toList();
    }
    List<ShotStatus> shots = new ArrayList<>();
    for (int i = 0; i < view.progress().shots().size(); i++) {
      shots.add(
          planned(
              view.progress().shots().get(i), view.stepsDone().get(i), view.stepsKept().get(i)));
    }
    return shots;
  }

  private static ShotStatus unplanned(Shot shot) {
    return new ShotStatus(
        shot.id(), shot.frameCount(), ShotState.WAITING, ShotCounts.NONE, Optional.empty(), false);
  }

  private static ShotStatus planned(ShotProgress shot, int stepsDone, int stepsKept) {
    return new ShotStatus(
        shot.plan().shot().id(),
        shot.plan().frameCount(),
        switch (shot.state()) {
          case WAITING -> ShotState.WAITING;
          case DENOISING -> ShotState.DENOISING;
          case DECODING -> ShotState.DECODING;
          case DONE -> ShotState.DONE;
        },
        new ShotCounts(
            new Count(shot.chunksDone(), shot.chunks().size()),
            new Count(stepsDone, shot.plan().stepCount()),
            stepsKept,
            new Count(shot.segmentsDone(), shot.segments().size())),
        shot.latents(),
        shot.reused());
  }
}

package dev.longtake.coordinator.api;

import dev.longtake.coordinator.story.ShotProgress;
import dev.longtake.coordinator.story.StoryProgress;
import dev.longtake.coordinator.story.StoryProgress.Ending;
import dev.longtake.coordinator.story.StoryView;
import dev.longtake.error.ErrorCode;
import dev.longtake.plan.StoryPlan;
import dev.longtake.story.Shot;
import dev.longtake.story.status.Count;
import dev.longtake.story.status.FilmFile;
import dev.longtake.story.status.ShotCounts;
import dev.longtake.story.status.ShotState;
import dev.longtake.story.status.ShotStatus;
import dev.longtake.story.status.StoryState;
import dev.longtake.story.status.StoryStatus;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What clients see of a story. Pure. */
final class Statuses {

  private Statuses() {}

  static StoryStatus of(StoryView view) {
    StoryProgress story = view.progress();
    return new StoryStatus(
        story.storyId(),
        story.story().name(),
        state(story),
        story.submitTime(),
        ending(story.ending()),
        new StoryStatus.Renderers(
            story.plan().map(StoryPlan::engineClass).orElse(""), story.workers().size()),
        shots(view),
        new StoryStatus.Film(
            story.plan().map(StoryPlan::frameCount).orElseGet(() -> story.story().frameCount()),
            story.isToBeAssembled(),
            files(story.ending())));
  }

  private static StoryState state(StoryProgress story) {
    return switch (story.ending()) {
      case Ending.Open open -> story.plan().isPresent() ? StoryState.RUNNING : StoryState.PENDING;
      case Ending.Succeeded succeeded -> StoryState.SUCCEEDED;
      case Ending.Failed failed -> StoryState.FAILED;
      case Ending.Cancelled cancelled -> StoryState.CANCELLED;
    };
  }

  private static Optional<StoryStatus.Ending> ending(Ending ending) {
    return switch (ending) {
      case Ending.Open open -> Optional.empty();
      case Ending.Succeeded(Instant at, var files) ->
          Optional.of(new StoryStatus.Ending(at, Optional.empty()));
      case Ending.Failed(Instant at, ErrorCode code, String message) ->
          Optional.of(
              new StoryStatus.Ending(
                  at, Optional.of(new StoryStatus.Failure(code.dotted(), message))));
      case Ending.Cancelled(Instant at) ->
          Optional.of(new StoryStatus.Ending(at, Optional.empty()));
    };
  }

  static List<FilmFile> files(Ending ending) {
    return ending instanceof Ending.Succeeded succeeded ? succeeded.files() : List.of();
  }

  private static List<ShotStatus> shots(StoryView view) {
    if (view.progress().shots().isEmpty()) {
      return view.progress().story().shots().stream().map(Statuses::unplanned).toList();
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

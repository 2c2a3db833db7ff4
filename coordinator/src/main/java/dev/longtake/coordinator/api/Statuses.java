package dev.longtake.coordinator.api;

import dev.longtake.coordinator.story.ShotProgress;
import dev.longtake.coordinator.story.StoryProgress;
import dev.longtake.coordinator.story.StoryProgress.Ending;
import dev.longtake.coordinator.story.StoryView;
import dev.longtake.plan.StoryPlan;
import dev.longtake.story.Shot;
import dev.longtake.story.status.FilmFile;
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
        endTime(story.ending()),
        shots(view),
        failure(story.ending()),
        files(story.ending()),
        story.plan().map(StoryPlan::frameCount).orElseGet(() -> story.story().frameCount()),
        story.workers().size(),
        story.plan().map(StoryPlan::engineClass).orElse(""),
        story.isToBeAssembled());
  }

  private static StoryState state(StoryProgress story) {
    return switch (story.ending()) {
      case Ending.Open open -> story.plan().isPresent() ? StoryState.RUNNING : StoryState.PENDING;
      case Ending.Succeeded succeeded -> StoryState.SUCCEEDED;
      case Ending.Failed failed -> StoryState.FAILED;
      case Ending.Cancelled cancelled -> StoryState.CANCELLED;
    };
  }

  private static Optional<Instant> endTime(Ending ending) {
    return switch (ending) {
      case Ending.Open open -> Optional.empty();
      case Ending.Succeeded(Instant at, var files) -> Optional.of(at);
      case Ending.Failed(Instant at, var code, var message) -> Optional.of(at);
      case Ending.Cancelled(Instant at) -> Optional.of(at);
    };
  }

  private static Optional<StoryStatus.Failure> failure(Ending ending) {
    return ending instanceof Ending.Failed failed
        ? Optional.of(new StoryStatus.Failure(failed.code().dotted(), failed.message()))
        : Optional.empty();
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
        shot.id(),
        ShotState.WAITING,
        0,
        0,
        0,
        0,
        0,
        0,
        shot.frameCount(),
        Optional.empty(),
        false,
        0);
  }

  private static ShotStatus planned(ShotProgress shot, int stepsDone, int stepsKept) {
    return new ShotStatus(
        shot.plan().shot().id(),
        switch (shot.state()) {
          case WAITING -> ShotState.WAITING;
          case DENOISING -> ShotState.DENOISING;
          case DECODING -> ShotState.DECODING;
          case DONE -> ShotState.DONE;
        },
        shot.chunks().size(),
        shot.chunksDone(),
        shot.plan().stepCount(),
        stepsDone,
        shot.segments().size(),
        shot.segmentsDone(),
        shot.plan().frameCount(),
        shot.latents(),
        shot.reused(),
        stepsKept);
  }
}

package dev.longtake.coordinator.story;

import static org.assertj.core.api.Assertions.assertThat;

import dev.longtake.coordinator.story.StoryEvent.ClipCut;
import dev.longtake.coordinator.story.StoryEvent.Grant;
import dev.longtake.coordinator.story.StoryEvent.ShotJoined;
import dev.longtake.coordinator.story.StoryEvent.StoryCancelled;
import dev.longtake.coordinator.story.StoryEvent.StoryFailed;
import dev.longtake.coordinator.story.StoryEvent.StoryPlanned;
import dev.longtake.coordinator.story.StoryEvent.StoryRetried;
import dev.longtake.coordinator.story.StoryEvent.StorySubmitted;
import dev.longtake.coordinator.story.StoryEvent.WorkDone;
import dev.longtake.coordinator.story.StoryEvent.WorkLeased;
import dev.longtake.coordinator.story.StoryTask.AssembleFilm;
import dev.longtake.coordinator.story.StoryTask.BeginAnew;
import dev.longtake.coordinator.story.StoryTask.CutClip;
import dev.longtake.coordinator.story.StoryTask.FindKnown;
import dev.longtake.coordinator.story.StoryTask.ForgetPassed;
import dev.longtake.coordinator.story.StoryTask.ForgetShot;
import dev.longtake.coordinator.story.StoryTask.JoinShot;
import dev.longtake.coordinator.story.StoryTask.RememberShot;
import dev.longtake.digest.Digest;
import dev.longtake.error.ErrorCode;
import dev.longtake.lease.LeaseToken.Kind;
import dev.longtake.story.status.FilmFile;
import dev.longtake.testing.TestStories;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class RunningTasksTest {

  private static final Instant NOW = Instant.EPOCH;
  private static final WorkerKey WORKER = new WorkerKey("a", "1");
  private static final List<CheckpointSteps.Passed> PASSED =
      List.of(new CheckpointSteps.Passed.Checkpoints(0, 0, 1));

  private StoryProgress story =
      StoryProgress.of(new StorySubmitted("story-1", 1, TestStories.story("rosie", 9, 9), NOW));
  private RunningTasks running = RunningTasks.NONE;

  private List<StoryTask> take(RunningTasks.Next next) {
    running = next.running();
    return next.tasks();
  }

  /** The events happen together; the tasks that follow. */
  private List<StoryTask> happen(StoryEvent... events) {
    StoryProgress before = story;
    for (StoryEvent event : events) {
      story = story.apply(event);
    }
    return take(running.change(before, story, List.of(events)));
  }

  private void plan() {
    happen(new StoryPlanned(TestStories.MODEL, TestStories.ENGINE_CLASS, List.of()));
  }

  private List<StoryTask> render(int shotIndex, Kind kind) {
    List<StoryTask> tasks = new ArrayList<>();
    int count = story.shots().get(shotIndex).works(kind).size();
    List<Grant> grants =
        IntStream.range(0, count).mapToObj(index -> new Grant(index, WORKER)).toList();
    tasks.addAll(happen(new WorkLeased(shotIndex, kind, grants)));
    for (int i = 0; i < count; i++) {
      tasks.addAll(happen(new WorkDone(shotIndex, kind, i, 1, Digest.ofText(kind + " " + i))));
    }
    return tasks;
  }

  private List<StoryTask> cut(int shotIndex) {
    running = running.ended(new CutClip(story.shots().get(shotIndex)));
    var clip = new FilmFile("shots/%d.mp4".formatted(shotIndex), Digest.ofText("clip"), 1);
    return happen(new ClipCut(shotIndex, clip));
  }

  @Test
  void choose_whileItIsPlanned_asksOnce() {
    assertThat(take(running.choose(story, TestStories.MODEL, "a")))
        .containsExactly(new FindKnown(TestStories.MODEL, "a"));
    assertThat(take(running.choose(story, TestStories.MODEL, "b"))).isEmpty();

    running = running.ended(new FindKnown(TestStories.MODEL, "a"));

    assertThat(running).isEqualTo(RunningTasks.NONE);
    plan();
    assertThat(take(running.choose(story, TestStories.MODEL, "b"))).isEmpty();
  }

  @Test
  void change_toADenoisedShot_joinsItOnceAndForgetsItThen() {
    plan();

    assertThat(render(0, Kind.CHUNK)).containsExactly(new JoinShot(story.shots().getFirst()));
    assertThat(running.joining()).containsExactly(0);
    assertThat(happen(new WorkLeased(1, Kind.CHUNK, List.of(new Grant(0, WORKER))))).isEmpty();

    running = running.ended(new JoinShot(story.shots().getFirst()));
    assertThat(happen(new ShotJoined(0, Digest.ofText("joined"))))
        .containsExactly(new ForgetShot(0));
    assertThat(running.isClearing()).isTrue();
    running = running.ended(new ForgetShot(0));
    assertThat(running).isEqualTo(RunningTasks.NONE);
  }

  @Test
  void change_toTheLastClip_assembles() {
    plan();
    for (int shot = 0; shot < 2; shot++) {
      render(shot, Kind.CHUNK);
      happen(new ShotJoined(shot, Digest.ofText("joined")));
    }

    assertThat(render(0, Kind.SEGMENT))
        .containsExactly(
            new RememberShot(story.shots().getFirst()), new CutClip(story.shots().getFirst()));
    assertThat(render(1, Kind.SEGMENT))
        .containsExactly(
            new RememberShot(story.shots().getLast()), new CutClip(story.shots().getLast()));
    assertThat(running.cutting()).containsExactlyInAnyOrder(0, 1);
    assertThat(cut(1)).isEmpty();
    assertThat(cut(0)).containsExactly(new AssembleFilm(story));
    assertThat(take(running.change(story, story, List.of()))).isEmpty();
    assertThat(running.isAssembling()).isTrue();
  }

  @Test
  void change_toTheEnd_forgetsWhatIsNotJoined() {
    plan();
    render(0, Kind.CHUNK);
    happen(new ShotJoined(0, Digest.ofText("joined")));

    assertThat(happen(new StoryCancelled(NOW))).containsExactly(new ForgetShot(1));
    assertThat(take(running.change(story, story, List.of()))).as("said once").isEmpty();
  }

  @Test
  void change_toTheEnd_clearsUntilAllIsForgotten() {
    plan();
    take(running.forget(1, PASSED));

    assertThat(happen(new StoryFailed(ErrorCode.INTERNAL, "broken", NOW)))
        .containsExactly(new ForgetShot(0), new ForgetShot(1));

    for (StoryTask task :
        List.of(new ForgetShot(0), new ForgetShot(1), new ForgetPassed(1, PASSED))) {
      assertThat(running.isClearing()).isTrue();
      running = running.ended(task);
    }
    assertThat(running.isClearing()).isFalse();
  }

  @Test
  void change_toAStoryThatIsRetried_assemblesAgain() {
    plan();
    for (int shot = 0; shot < 2; shot++) {
      render(shot, Kind.CHUNK);
      happen(new ShotJoined(shot, Digest.ofText("joined")));
      render(shot, Kind.SEGMENT);
      cut(shot);
    }
    running = running.ended(new AssembleFilm(story));
    happen(new StoryFailed(ErrorCode.FILE_UNUSABLE, "no room", NOW));

    assertThat(happen(new StoryRetried(NOW))).containsExactly(new AssembleFilm(story));
  }

  /** After a restart nothing runs, so the state asks again. */
  @Test
  void resume_inTheMiddle_asksForWhatWasInterrupted() {
    plan();
    render(0, Kind.CHUNK);
    happen(new ShotJoined(0, Digest.ofText("joined")));
    render(0, Kind.SEGMENT);
    render(1, Kind.CHUNK);
    running = RunningTasks.NONE;

    assertThat(take(running.resume(story)))
        .containsExactly(new RememberShot(story.shots().getFirst()));
    assertThat(take(running.change(story, story, List.of())))
        .containsExactly(
            new JoinShot(story.shots().getLast()), new CutClip(story.shots().getFirst()));
  }

  /** What is dropped late would take slabs of the new beginning along. */
  @Test
  void beginAnew_whileSomethingIsDropped_waits() {
    assertThat(take(running.forget(0, PASSED))).containsExactly(new ForgetPassed(0, PASSED));

    assertThat(take(running.beginAnew(0))).isEmpty();
    assertThat(take(running.forget(0, PASSED))).isEmpty();
    assertThat(take(running.forget(1, PASSED))).hasSize(1);

    running = running.ended(new ForgetPassed(0, PASSED));
    assertThat(take(running.beginAnew(0))).containsExactly(new BeginAnew(0));
    assertThat(running.mayDrop(0)).isFalse();
    assertThat(running.ended(new BeginAnew(0)).mayDrop(0)).isTrue();
  }
}

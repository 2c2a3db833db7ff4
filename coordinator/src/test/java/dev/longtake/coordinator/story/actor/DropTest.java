package dev.longtake.coordinator.story.actor;

import static org.assertj.core.api.Assertions.assertThat;

import dev.longtake.coordinator.story.MoveRules;
import dev.longtake.coordinator.story.StoryEvent;
import dev.longtake.coordinator.story.StoryEvent.StorySubmitted;
import dev.longtake.coordinator.story.StoryProgress;
import dev.longtake.coordinator.story.StoryTask.ForgetShot;
import dev.longtake.coordinator.story.moves.Slowness;
import dev.longtake.coordinator.story.policy.FailurePolicy;
import dev.longtake.coordinator.story.vigil.Stillness;
import dev.longtake.testing.TestStories;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import org.junit.jupiter.api.Test;

/** What a process that has stood still drops of a story, which may be elsewhere by now. */
class DropTest {

  private static final StoryProgress STORY =
      StoryProgress.of(
          new StorySubmitted("story-1", 0, TestStories.story("rosie", 9), Instant.EPOCH));

  private final FakeStoryWork work = new FakeStoryWork();
  private final List<Duration> pauses = new ArrayList<>();
  private final Queue<Runnable> waiting = new ArrayDeque<>();
  private final List<TaskEnded> ends = new ArrayList<>();
  private final TaskRunner runner =
      new TaskRunner(
          "story-1",
          new StorySurroundings(
              work,
              news -> {},
              new FakeBook(),
              Optional.empty(),
              new StoryMeter() {
                @Override
                public void moved(MoveRules.Why why, int chunks) {}

                @Override
                public void still(int change) {}

                @Override
                public void happened(StoryEvent event) {}

                @Override
                public void shotDone(boolean reused) {}
              },
              (kind, task) -> task.run(),
              InstantSource.fixed(Instant.EPOCH),
              new StoryTimes(
                  Duration.ofSeconds(1),
                  Duration.ZERO,
                  1000,
                  FailurePolicy.DEFAULT,
                  Stillness.Patience.DEFAULT,
                  Slowness.DEFAULT)),
          (pause, task) -> {
            pauses.add(pause);
            waiting.add(task);
          },
          ends::add,
          () -> false);

  private void standStill() {
    work.doubt = Duration.ofSeconds(30);
    runner.start(new ForgetShot(0), STORY);
    assertThat(work.calls).isEmpty();
    assertThat(pauses).containsExactly(Duration.ofSeconds(30));
    work.doubt = Duration.ZERO;
  }

  @Test
  void drop_afterStandingStill_waits() {
    standStill();

    waiting.remove().run();

    assertThat(work.calls).containsExactly("forget 0");
    assertThat(ends).containsExactly(new TaskEnded.Forgot(new ForgetShot(0)));
  }

  @Test
  void drop_ofAStoryThatHasLeftMeanwhile_doesNotCome() {
    standStill();
    runner.leave();

    waiting.remove().run();

    assertThat(work.calls).isEmpty();
  }
}

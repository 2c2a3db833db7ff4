package dev.longtake.coordinator.story;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import dev.longtake.coordinator.dispatch.StoryDemand;
import dev.longtake.coordinator.story.StoryEvent.Grant;
import dev.longtake.coordinator.story.StoryEvent.StorySubmitted;
import dev.longtake.digest.Digest;
import dev.longtake.lease.LeaseToken;
import dev.longtake.lease.LeaseToken.Kind;
import dev.longtake.lease.Report;
import dev.longtake.plan.CheckpointPolicy;
import dev.longtake.plan.ChunkPolicy;
import dev.longtake.plan.LatentGeometry;
import dev.longtake.plan.ModelCard;
import dev.longtake.plan.Sampling;
import dev.longtake.plan.Solver;
import dev.longtake.story.Camera;
import dev.longtake.story.FrameRate;
import dev.longtake.story.RenderSettings;
import dev.longtake.story.Shot;
import dev.longtake.story.ShotText;
import dev.longtake.story.Story;
import dev.longtake.testing.TestModel;
import dev.longtake.testing.TestStories;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Shots of 2,000 chunks and of as many as any shot may have, on one worker: what a coordinator does
 * with one event is linear in its chunks. Looked at is what is allocated, which does not depend on
 * how busy the machine is.
 */
class LongShotTest {

  private static final int LONG = 2_000;

  /** Ten minutes at 60 frames a second, a chunk for each two: no legal shot has more of them. */
  private static final int LONGEST = 17_999;

  private static final Instant NOW = Instant.EPOCH;
  private static final WorkerKey WORKER = new WorkerKey("a", "1");

  /** Each frame is a latent frame; chunks of three share one, the most that they may. */
  private static final ModelCard MODEL =
      TestModel.named("long")
          .geometry(new LatentGeometry(2, 8, 1, 1, 1))
          .size(TestStories.SIZE)
          .sampling(new Sampling(3, 1.0, 3.0, Solver.EULER, 0))
          .chunks(new ChunkPolicy(3, 1))
          .card();

  /** A story of one shot, all of which the worker holds; every chunk has a checkpoint. */
  private record Held(StoryProgress story, CheckpointSteps checkpoints) {

    static Held of(int chunkCount) {
      StoryProgress story =
          StoryProgress.of(new StorySubmitted("story-1", 1, longStory(chunkCount), NOW));
      story = apply(story, StoryRules.plan(story, MODEL, TestStories.ENGINE_CLASS, List.of()));
      List<Grant> grants =
          IntStream.range(0, chunkCount).mapToObj(i -> new Grant(i, WORKER)).toList();
      story = apply(story, StoryRules.lease(story, 0, Kind.CHUNK, grants).events());
      var checkpoints = new CheckpointSteps();
      for (int i = 0; i < chunkCount; i++) {
        checkpoints.note(story, token(i), 1, CheckpointNews.STORED);
      }
      return new Held(story, checkpoints);
    }

    Held done(int chunk) {
      var report = new Report(token(chunk), new Report.Done(Digest.ofText("x"), 1, Duration.ZERO));
      var decision = ReportRules.report(story, WORKER, report, checkpoints, NOW);
      return new Held(apply(story, decision.events()), checkpoints);
    }
  }

  /** What a coordinator does with a story. */
  enum Operation {
    PLAN,
    FINISH_ONE,
    SAY_WHAT_IS_PASSED,
    TELL_DISPATCH,
    TELL_CLIENTS,
    RELEASE_AND_LEASE_AGAIN,
    RESUME_AFTER_A_RESTART
  }

  private static Object done(Operation operation, Held held) {
    return switch (operation) {
      case PLAN -> {
        StoryProgress fresh =
            StoryProgress.of(new StorySubmitted("story-1", 1, held.story().story(), NOW));
        yield apply(fresh, StoryRules.plan(fresh, MODEL, TestStories.ENGINE_CLASS, List.of()));
      }
      case FINISH_ONE -> held.done(7);
      case SAY_WHAT_IS_PASSED -> held.checkpoints().passed(held.story().shots().getFirst());
      case TELL_DISPATCH ->
          StoryDemand.of(held.story(), 1, new CheckpointPolicy.ByTime(Duration.ofSeconds(1)));
      case TELL_CLIENTS ->
          StoryStatuses.of(StoryView.of(held.story(), new StepCounts(), held.checkpoints()));
      case RELEASE_AND_LEASE_AGAIN -> {
        StoryProgress freed =
            apply(held.story(), StoryRules.release(held.story(), WORKER, held.checkpoints()));
        List<Grant> grants =
            freed.shots().getFirst().leasable(Kind.CHUNK).stream()
                .map(index -> new Grant(index, WORKER))
                .toList();
        yield apply(freed, StoryRules.lease(freed, 0, Kind.CHUNK, grants).events());
      }
      case RESUME_AFTER_A_RESTART ->
          apply(held.story(), StoryRules.resume(held.story(), new CheckpointSteps()));
    };
  }

  private static StoryProgress apply(StoryProgress story, List<StoryEvent> events) {
    StoryProgress now = story;
    for (StoryEvent event : events) {
      now = now.apply(event);
    }
    return now;
  }

  private static LeaseToken token(int chunk) {
    return new LeaseToken("story-1", 0, Kind.CHUNK, chunk, 1);
  }

  private static Story longStory(int chunkCount) {
    var shot =
        new Shot(
            "long",
            "",
            List.of(),
            List.of(),
            List.of(),
            ShotText.of("a road"),
            2 * chunkCount + 1,
            Camera.STATIC,
            1);
    return new Story(
        "long",
        TestStories.world(),
        TestStories.SIZE,
        FrameRate.of(60),
        1,
        List.of(shot),
        List.of(),
        RenderSettings.DEFAULT);
  }

  private static long allocatedBytes(Operation operation, Held held) {
    var threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    Object first = done(operation, held); // What is loaded and linked once does not count.
    long before = threads.getCurrentThreadAllocatedBytes();
    Object kept = done(operation, held);
    long bytes = threads.getCurrentThreadAllocatedBytes() - before;
    assertThat(kept).hasSameClassAs(first);
    return bytes;
  }

  @ParameterizedTest
  @EnumSource
  void operation_onTheLongestShot_isLinearInItsChunks(Operation operation) {
    long some = allocatedBytes(operation, Held.of(LONG));

    long many = allocatedBytes(operation, Held.of(LONGEST));

    assertThat(many).isLessThan(2 * some * LONGEST / LONG);
  }

  @Test
  void report_ofEveryChunk_endsWithAShotToJoin() {
    Held held = Held.of(LONG);
    List<CheckpointSteps.Passed> passed = new ArrayList<>();

    for (int i = 0; i < LONG; i++) {
      passed.addAll(held.checkpoints().passed(held.story().shots().getFirst()));
      held = held.done(i);
    }

    assertThat(held.story().shots().getFirst().isToBeJoined()).isTrue();
    assertThat(passed).hasSizeLessThan(3 * LONG);
  }
}

package dev.longtake.coordinator.dispatch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.longtake.coordinator.dispatch.share.ShareSettings;
import dev.longtake.coordinator.story.CheckpointSteps;
import dev.longtake.coordinator.story.ReportRules;
import dev.longtake.coordinator.story.StoryEvent;
import dev.longtake.coordinator.story.StoryEvent.Grant;
import dev.longtake.coordinator.story.StoryEvent.StorySubmitted;
import dev.longtake.coordinator.story.StoryProgress;
import dev.longtake.coordinator.story.StoryRules;
import dev.longtake.coordinator.story.WorkerKey;
import dev.longtake.digest.Digest;
import dev.longtake.lease.LeaseToken;
import dev.longtake.lease.LeaseToken.Kind;
import dev.longtake.lease.Report;
import dev.longtake.plan.CheckpointPolicy;
import dev.longtake.testing.TestStories;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * How busy a farm is while work waits: the real rules and dispatch's own board on a simulated
 * clock. A chunk takes 4 s and a segment 1 s, give or take a tenth; a worker does one thing at a
 * time. Neighbours do not wait for each other here.
 */
class SharingTest {

  private static final double CHUNK_SECONDS = 4;
  private static final double SEGMENT_SECONDS = 1;
  private static final CheckpointSteps NO_CHECKPOINTS = new CheckpointSteps();

  private record End(double at, int story, LeaseToken lease, WorkerKey worker) {}

  private final Map<String, Integer> indexes = new HashMap<>();
  private final List<StoryProgress> stories = new ArrayList<>();
  private final Fleet fleet = new Fleet(1, ShareSettings.EQUAL);
  private final Map<WorkerKey, Double> freeAt = new HashMap<>();
  private final PriorityQueue<End> ends =
      new PriorityQueue<>(Comparator.comparingDouble(End::at).thenComparingInt(End::story));
  private Random random = new Random(0);
  private double work;
  private long told;

  private void set(int index, StoryProgress story, List<StoryEvent> events) {
    StoryProgress next = story;
    for (StoryEvent event : events) {
      next = next.apply(event);
    }
    stories.set(index, next);
    tell(new NodeNews.StoryWants(StoryDemand.of(next, next.eventCount(), CheckpointPolicy.OFF)));
  }

  private void tell(NodeNews news) {
    told++;
    fleet.hear("node", told, news);
  }

  private void submit(int index) {
    String id = "story-" + index;
    indexes.put(id, index);
    StoryProgress story =
        StoryProgress.of(new StorySubmitted(id, index, TestStories.story(id, 113), Instant.EPOCH));
    stories.add(story);
    set(
        index,
        story,
        StoryRules.plan(story, TestStories.MODEL, TestStories.ENGINE_CLASS, List.of()));
  }

  private void lease(double now, Assignment.Lease lease) {
    int index = indexes.get(lease.storyId());
    StoryProgress story = stories.get(index);
    set(
        index,
        story,
        StoryRules.lease(story, lease.shotIndex(), lease.kind(), lease.grants()).events());
    for (Grant grant : lease.grants()) {
      double seconds = lease.kind() == Kind.CHUNK ? CHUNK_SECONDS : SEGMENT_SECONDS;
      seconds *= 0.9 + 0.2 * random.nextDouble();
      work += seconds;
      double end = Math.max(now, freeAt.getOrDefault(grant.worker(), 0.0)) + seconds;
      freeAt.put(grant.worker(), end);
      var token = new LeaseToken(lease.storyId(), 0, lease.kind(), grant.index(), 1);
      ends.add(new End(end, index, token, grant.worker()));
    }
  }

  private void end(End end) {
    StoryProgress story = stories.get(end.story());
    var report =
        new Report(
            end.lease(), new Report.Done(Digest.ofText(end.lease().toString()), 1, Duration.ZERO));
    set(
        end.story(),
        story,
        ReportRules.report(story, end.worker(), report, NO_CHECKPOINTS, Instant.EPOCH).events());
    StoryProgress now = stories.get(end.story());
    if (now.shots().getFirst().isToBeJoined()) {
      set(end.story(), now, StoryRules.joined(now, 0, Digest.ofText("joined")));
    }
  }

  /** Busy share of the workers until the first of them finds nothing more to do. */
  private double busyShare(int workerCount, int shotCount, long seed) {
    random = new Random(seed);
    fleet.begin("node", 0);
    IntStream.range(0, workerCount)
        .mapToObj(
            i ->
                Seat.ofAll(
                    new WorkerKey("w%04d".formatted(i), "1"),
                    TestStories.ENGINE_CLASS,
                    TestStories.MODEL,
                    false,
                    1))
        .forEach(seat -> tell(new NodeNews.WorkerHere(seat)));
    IntStream.range(0, shotCount).forEach(this::submit);
    double now = 0;
    boolean isStarted = false;
    while (!isStarted || !ends.isEmpty()) {
      isStarted = true;
      for (Assignment assignment : fleet.assign()) {
        lease(now, (Assignment.Lease) assignment);
      }
      End next = ends.remove();
      now = next.at();
      end(next);
    }
    return work / (now * workerCount);
  }

  @ParameterizedTest
  @CsvSource({"10, 100", "100, 100", "300, 150", "1000, 500"})
  void workers_withWorkWaiting_areBusy(int workerCount, int shotCount) {
    double busy = busyShare(workerCount, shotCount, 1);

    System.out.printf("%d workers, %d shots: %.0f %% busy%n", workerCount, shotCount, 100 * busy);
    assertThat(busy).isGreaterThan(0.8);
  }
}

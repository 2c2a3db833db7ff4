package dev.longtake.coordinator.traces;

import static org.assertj.core.api.Assertions.assertThat;

import dev.longtake.coordinator.story.StoryEvent;
import dev.longtake.coordinator.story.StoryEvent.Grant;
import dev.longtake.coordinator.story.StoryEvent.HolderLost;
import dev.longtake.coordinator.story.StoryEvent.StoryFailed;
import dev.longtake.coordinator.story.StoryEvent.StoryPlanned;
import dev.longtake.coordinator.story.StoryEvent.StoryRetried;
import dev.longtake.coordinator.story.StoryEvent.StorySubmitted;
import dev.longtake.coordinator.story.StoryEvent.WorkDone;
import dev.longtake.coordinator.story.StoryEvent.WorkFailed;
import dev.longtake.coordinator.story.StoryEvent.WorkLeased;
import dev.longtake.coordinator.story.StoryEvent.WorkReleased;
import dev.longtake.coordinator.story.StoryProgress;
import dev.longtake.coordinator.story.WorkerKey;
import dev.longtake.digest.Digest;
import dev.longtake.error.ErrorCode;
import dev.longtake.lease.LeaseToken.Kind;
import dev.longtake.testing.TestStories;
import dev.longtake.trace.Span;
import dev.longtake.trace.TraceContext;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** One shot of four chunks, on a clock that moves a second with each event. */
class StorySpansTest {

  private static final Instant SUBMITTED = Instant.parse("2026-03-01T10:00:00Z");
  private static final WorkerKey A = new WorkerKey("a", "1");
  private static final WorkerKey B = new WorkerKey("b", "1");
  private static final TraceContext STORY = TraceContext.ofStory("story-1", SUBMITTED);
  private static final TraceContext SHOT = STORY.part("shot 0");

  private StoryProgress story =
      StoryProgress.of(new StorySubmitted("story-1", 1, TestStories.story("rosie", 57), SUBMITTED));
  private Instant now = SUBMITTED;
  private StorySpans spans = new StorySpans(story, now);
  private final List<Span> ended = new ArrayList<>();

  private void happen(StoryEvent... events) {
    now = now.plusSeconds(1);
    for (StoryEvent event : events) {
      story = story.apply(event);
    }
    ended.addAll(spans.happened(story, List.of(events), now));
  }

  /** Another process goes on with the story, as it is read from the journal. */
  private void move() {
    now = now.plusSeconds(10);
    spans = new StorySpans(story, now);
  }

  private void planAndLease() {
    happen(new StoryPlanned(TestStories.MODEL, TestStories.ENGINE_CLASS, List.of()));
    happen(
        new WorkLeased(
            0,
            Kind.CHUNK,
            List.of(new Grant(0, A), new Grant(1, A), new Grant(2, B), new Grant(3, B))));
  }

  private static WorkDone done(int chunk, int attempt) {
    return new WorkDone(0, Kind.CHUNK, chunk, attempt, Digest.ofText("chunk " + chunk));
  }

  private List<Span> named(String name) {
    return ended.stream().filter(span -> span.name().equals(name)).toList();
  }

  private static String outcome(Span span) {
    return span.facts().words().getOrDefault("longtake.outcome", "");
  }

  @Test
  void happened_planAndOneChunk_arePartsOfStoryAndShot() {
    planAndLease();
    happen(done(0, 1));

    Span plan = named("plan").getFirst();
    assertThat(plan.parent()).contains(STORY);
    assertThat(plan.start()).isEqualTo(SUBMITTED);
    assertThat(plan.end()).isEqualTo(SUBMITTED.plusSeconds(1));
    Span chunk = named("chunk").getFirst();
    assertThat(chunk.self()).isEqualTo(SHOT.part("chunk 0 attempt 1"));
    assertThat(chunk.parent()).contains(SHOT);
    assertThat(chunk.start()).isEqualTo(SUBMITTED.plusSeconds(2));
    assertThat(chunk.end()).isEqualTo(SUBMITTED.plusSeconds(3));
    assertThat(chunk.facts().words()).containsEntry("longtake.worker", "a");
    assertThat(outcome(chunk)).isEqualTo("done");
    assertThat(chunk.failure()).isEmpty();
    assertThat(ended).hasSize(2);
  }

  @Test
  void happened_attemptsThatCameToNothing_sayWhy() {
    planAndLease();
    happen(
        new WorkFailed(0, Kind.CHUNK, 0, 1, ErrorCode.ENGINE_FAILED, "no"),
        new WorkReleased(0, Kind.CHUNK, List.of(0, 1), Optional.of(A)));
    happen(
        new HolderLost(0, Kind.CHUNK, List.of(2, 3)),
        new WorkReleased(0, Kind.CHUNK, List.of(2, 3), Optional.empty()));
    happen(new WorkLeased(0, Kind.CHUNK, List.of(new Grant(0, B))));
    happen(done(0, 2));

    assertThat(named("chunk"))
        .extracting(span -> span.facts().numbers().get("longtake.chunk") + " " + outcome(span))
        .containsExactly(
            "0 " + ErrorCode.ENGINE_FAILED.dotted(), "1 released", "2 lost", "3 lost", "0 done");
    assertThat(named("chunk")).extracting(Span::self).doesNotHaveDuplicates();
    assertThat(named("chunk").getFirst().failure()).isPresent();
    assertThat(named("chunk").get(1).failure()).isEmpty();
  }

  /** It has the same numbers as at the coordinator that is gone, and does not guess its begin. */
  @Test
  void happened_afterAMove_endsWhatBeganElsewhere() {
    planAndLease();
    move();
    Instant moved = now;
    happen(done(0, 1));

    Span chunk = named("chunk").getFirst();
    assertThat(chunk.self()).isEqualTo(SHOT.part("chunk 0 attempt 1"));
    assertThat(chunk.start()).isEqualTo(moved);
    assertThat(chunk.facts().words()).containsEntry("longtake.start", "unknown");
  }

  /** A story that goes on after its end: the trace stays one, and no number comes twice. */
  @Test
  void happened_afterARetry_isBesideWhatHasEnded() {
    planAndLease();
    happen(new StoryFailed(ErrorCode.ENGINE_FAILED, "no", now));
    happen(new StoryRetried(now));
    happen(new StoryFailed(ErrorCode.ENGINE_FAILED, "no", now));
    move();
    happen(new StoryRetried(now));
    happen(new StoryFailed(ErrorCode.ENGINE_FAILED, "no", now));

    assertThat(named("story")).hasSize(3);
    assertThat(named("story"))
        .extracting(Span::parent)
        .containsExactly(Optional.empty(), Optional.of(STORY), Optional.of(STORY));
    assertThat(named("story").getFirst().self()).isEqualTo(STORY);
    assertThat(named("story").getFirst().start()).isEqualTo(SUBMITTED);
    assertThat(named("shot")).extracting(Span::parent).containsOnly(Optional.of(STORY));
    assertThat(ended).extracting(Span::self).doesNotHaveDuplicates();
    assertThat(ended).extracting(span -> span.self().traceId()).containsOnly(STORY.traceId());
  }
}

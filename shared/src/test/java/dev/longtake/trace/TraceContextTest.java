package dev.longtake.trace;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class TraceContextTest {

  private static final Instant AT = Instant.parse("2026-03-01T10:00:00.000001Z");

  @Test
  void ofStory_ofTheSameStoryTwice_isTheSame() {
    TraceContext story = TraceContext.ofStory("story-000001", AT);

    assertThat(TraceContext.ofStory("story-000001", AT)).isEqualTo(story);
    assertThat(story.part("shot 1")).isEqualTo(story.part("shot 1"));
    assertThat(story.part("shot 1").traceId()).isEqualTo(story.traceId());
  }

  @Test
  void ofStory_ofTheSameNumberAtAnotherFarm_isAnother() {
    assertThat(TraceContext.ofStory("story-000001", AT).traceId())
        .isNotEqualTo(TraceContext.ofStory("story-000001", AT.plusNanos(1000)).traceId());
  }

  @Test
  void parse_ofWhatWasWritten_isTheSame() {
    TraceContext story = TraceContext.ofStory("story-000001", AT);

    assertThat(TraceContext.parse(story.traceparent())).contains(story);
  }

  /** From a coordinator of another version, or from whatever claims to be one. */
  @Test
  void parse_ofAnythingElse_isEmpty() {
    String trace = "4bf92f3577b34da6a3ce929d0e0e4736";
    String span = "00f067aa0ba902b7";

    assertThat(TraceContext.parse("00-%s-%s-01".formatted(trace, span))).isPresent();
    assertThat(TraceContext.parse("")).isEmpty();
    assertThat(TraceContext.parse("00-%s-%s-00".formatted(trace, span))).isEmpty();
    assertThat(TraceContext.parse("01-%s-%s-01".formatted(trace, span))).isEmpty();
    assertThat(TraceContext.parse("00-%s-%s-01".formatted("0".repeat(32), span))).isEmpty();
    assertThat(TraceContext.parse("00-%s-%s-01".formatted(trace, "0".repeat(16)))).isEmpty();
  }

  @Test
  void isAmong_ofManyStories_isForTheirShare() {
    long kept =
        IntStream.range(0, 10_000)
            .filter(i -> TraceContext.ofStory("story-%06d".formatted(i), AT).isAmong(20))
            .count();

    assertThat(kept).isBetween(1_800L, 2_200L);
    assertThat(TraceContext.ofStory("story-1", AT).isAmong(100)).isTrue();
  }
}

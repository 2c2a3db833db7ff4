package dev.longtake.trace.otlp;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.longtake.testing.OtlpReceiver;
import dev.longtake.testing.OtlpReceiver.Received;
import dev.longtake.trace.Facts;
import dev.longtake.trace.Span;
import dev.longtake.trace.TraceContext;
import dev.longtake.trace.Tracing;
import java.io.IOException;
import java.net.URI;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.slf4j.LoggerFactory;

@Timeout(60)
class TraceTargetTest {

  private static final Instant START = Instant.parse("2026-03-01T10:00:00.000001Z");
  private static final TraceContext STORY = TraceContext.ofStory("story-000001", START);
  private static final TraceContext SHOT = STORY.part("shot 0");

  private static Span shot(String failure) {
    return new Span(
        SHOT,
        Optional.of(STORY),
        "shot",
        START,
        START.plusSeconds(2),
        Facts.NONE.and("longtake.story", "story-000001").and("longtake.shot", 0),
        List.of(new Span.Event("step", START.plusSeconds(1), Facts.NONE)),
        Optional.of(failure));
  }

  private static Tracing open(OtlpReceiver receiver) {
    return TraceTarget.open(TraceTarget.parse(receiver.address()), "longtake-worker", "gpu-7");
  }

  @Test
  void parse_ofAddresses_takesThePathOfOtlpWhereNoneIsGiven() {
    assertThat(TraceTarget.parse("http://tempo:4318"))
        .contains(new TraceTarget(URI.create("http://tempo:4318/v1/traces")));
    assertThat(TraceTarget.parse("https://tempo/otlp/v1/traces"))
        .contains(new TraceTarget(URI.create("https://tempo/otlp/v1/traces")));
  }

  @Test
  void parse_ofWhatIsNoAddress_isEmpty() {
    for (String text :
        List.of("tempo:4318", "grpc://tempo:4317", "http://a:b@tempo", "http://h:99999")) {
      assertThat(TraceTarget.parse(text)).as(text).isEmpty();
    }
  }

  @Test
  void open_withoutTarget_isOff() {
    assertThat(TraceTarget.open(Optional.empty(), "longtake-worker", "gpu-7"))
        .isSameAs(Tracing.OFF);
  }

  @Test
  void ended_withAReceiver_arrivesWithItsOwnNumbers() throws IOException {
    try (var receiver = new OtlpReceiver()) {
      try (Tracing tracing = open(receiver)) {
        tracing.ended(shot("worker.engine_failed"));
      }

      Received span = receiver.received().getFirst();
      assertThat(receiver.received()).hasSize(1);
      assertThat(span.service()).isEqualTo("longtake-worker");
      assertThat(span.instance()).isEqualTo("gpu-7");
      assertThat(span.traceId()).isEqualTo(STORY.traceId());
      assertThat(span.spanId()).isEqualTo(SHOT.spanId());
      assertThat(span.parentId()).isEqualTo(STORY.spanId());
      assertThat(span.name()).isEqualTo("shot");
      assertThat(span.facts())
          .isEqualTo(Map.of("longtake.story", "story-000001", "longtake.shot", "0"));
      assertThat(span.times().events()).containsExactly("step");
      assertThat(span.times().isFailed()).isTrue();
      assertThat(span.times().end() - span.times().start()).isEqualTo(2_000_000_000L);
    }
  }

  /** More parts than fit, to somebody who refuses them: told once, and nothing waits. */
  @Test
  void ended_withAReceiverThatRefuses_isSaidOnce() throws IOException {
    var root = (Logger) LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
    var said = new ListAppender<ILoggingEvent>();
    said.start();
    root.addAppender(said);
    try (var receiver = new OtlpReceiver()) {
      receiver.answer(503);

      try (Tracing tracing = open(receiver)) {
        for (int i = 0; i < 10_000; i++) {
          tracing.ended(shot("lost"));
        }
      }

      assertThat(receiver.received()).isEmpty();
      assertThat(said.list)
          .filteredOn(it -> it.getFormattedMessage().contains("not taken"))
          .hasSize(1);
    } finally {
      root.detachAppender(said);
    }
  }
}

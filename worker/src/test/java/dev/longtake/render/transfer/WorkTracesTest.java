package dev.longtake.render.transfer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.longtake.digest.Digest;
import dev.longtake.lease.LeaseToken;
import dev.longtake.lease.LeaseToken.Kind;
import dev.longtake.lease.Order;
import dev.longtake.lease.Report;
import dev.longtake.lease.Work;
import dev.longtake.testing.TestShot;
import dev.longtake.testing.TestStories;
import dev.longtake.trace.Span;
import dev.longtake.trace.TraceContext;
import dev.longtake.trace.Tracing;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class WorkTracesTest {

  private static final Instant START = Instant.parse("2026-03-01T10:00:00Z");
  private static final LeaseToken LEASE = new LeaseToken("story-1", 0, Kind.SEGMENT, 2, 1);
  private static final TraceContext ATTEMPT =
      TraceContext.ofStory("story-1", START).part("segment 2 attempt 1");
  private static final Order PLAIN =
      new Order(
          LEASE,
          new Work.DecodeSegment(
              TestShot.of(TestStories.MODEL).inputs(), 0, 2, 0, Digest.ofText("latents"), 5));

  private final List<Span> ended = new ArrayList<>();
  private Instant now = START;

  private final WorkTraces traces =
      new WorkTraces(
          new Tracing() {
            @Override
            public boolean isOn() {
              return true;
            }

            @Override
            public void ended(Span span) {
              ended.add(span);
            }

            @Override
            public void close() {}
          },
          () -> now);
  private final ReportBook book = new ReportBook(traces, () -> {});

  private void update(Report.Progress progress) {
    now = now.plusSeconds(1);
    book.update(LEASE, progress);
  }

  @Test
  void note_toTheEndOfALease_isOnePartBelowTheCoordinators() {
    book.restate(List.of(PLAIN.in(ATTEMPT)));
    update(new Report.Running(0, true));
    update(new Report.Running(1, false));
    try (WorkTraces.Part _ = traces.begin(LEASE, "checkpoint")) {
      now = now.plusSeconds(1);
    }
    update(new Report.Done(Digest.ofText("frames"), 1, Duration.ZERO));
    book.restate(List.of());

    assertThat(ended).extracting(Span::name).containsExactly("checkpoint", "work");
    Span work = ended.getLast();
    assertThat(work.parent()).contains(ATTEMPT);
    assertThat(ended.getFirst().parent()).contains(work.self());
    assertThat(work.start()).isEqualTo(START);
    assertThat(work.end()).isEqualTo(START.plusSeconds(4));
    assertThat(work.facts().words()).containsEntry("longtake.outcome", "done");
    assertThat(work.facts().numbers())
        .containsEntry("longtake.steps_done", 1L)
        .containsEntry("longtake.exchange_waits", 1L)
        .containsEntry("longtake.exchange_wait_ms", 1000L);
    assertThat(work.events()).extracting(Span.Event::name).containsExactly("step");
  }

  @Test
  void note_ofManyStepsAndParts_keepsSoManyAndNoMore() {
    book.restate(List.of(PLAIN.in(ATTEMPT)));
    IntStream.rangeClosed(1, 1000).forEach(step -> traces.step(LEASE, step));
    IntStream.rangeClosed(1, 1000).forEach(_ -> traces.begin(LEASE, "checkpoint").close());
    traces.close();

    assertThat(ended).hasSize(WorkTraces.EVENTS_MAX + 1);
    assertThat(ended.getLast().events()).hasSize(WorkTraces.EVENTS_MAX);
    assertThat(ended.getLast().facts().numbers()).containsEntry("longtake.steps_done", 1000L);
  }

  @Test
  void restate_withoutALease_endsItsPart() {
    book.restate(List.of(PLAIN.in(ATTEMPT)));
    book.restate(List.of());

    assertThat(ended.getFirst().facts().words()).containsEntry("longtake.outcome", "let_go");
  }

  @Test
  void note_ofALeaseWithoutTrace_isNothing() {
    book.restate(List.of(PLAIN));
    update(new Report.Running(1, false));
    assertThat(traces.begin(LEASE, "checkpoint")).isSameAs(WorkTraces.Part.NONE);
    update(new Report.Done(Digest.ofText("frames"), 1, Duration.ZERO));

    assertThat(PLAIN.trace()).isEqualTo(Optional.empty());
    assertThat(ended).isEmpty();
  }
}

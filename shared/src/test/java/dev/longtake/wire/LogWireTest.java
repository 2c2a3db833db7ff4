package dev.longtake.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.longtake.lease.LeaseToken;
import dev.longtake.lease.LogLine;
import dev.longtake.lease.LogPage;
import dev.longtake.lease.LogQuery;
import dev.longtake.wire.v1.ListLinesRequest;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class LogWireTest {

  private static final LogLine LINE = line(LogLine.Level.INFO);

  private static LogLine line(LogLine.Level level) {
    return new LogLine(
        Instant.parse("2026-03-01T00:00:00.5Z"),
        level,
        new LogLine.About(
            "s1",
            "lion",
            Optional.of(new LeaseToken("s1", 2, LeaseToken.Kind.SEGMENT, 3, 4)),
            "w-1"),
        OptionalInt.of(7),
        "8 frames are decoded");
  }

  @ParameterizedTest
  @EnumSource(LogLine.Level.class)
  void lines_bothWays_areTheSame(LogLine.Level level) {
    List<LogLine> lines = List.of(line(level));

    assertThat(LogWire.fromProto(LogWire.toProto(lines))).isEqualTo(lines);
  }

  @Test
  void lines_thatAreNobodys_areRefused() {
    LogLine ofAll =
        new LogLine(
            LINE.at(),
            LINE.level(),
            new LogLine.About("s1", "", Optional.empty(), ""),
            OptionalInt.of(0),
            "hello");

    assertThatThrownBy(() -> LogWire.fromProto(LogWire.toProto(List.of(ofAll))))
        .hasMessageContaining("lines[0].lease");
    assertThatThrownBy(() -> LogWire.fromProto(LogWire.toProto(Collections.nCopies(501, LINE))))
        .hasMessageContaining("expected at most 500 entries, found 501");
    var forged = LogWire.toProto(List.of(LINE)).toBuilder();
    forged.getLinesBuilder(0).setText("one\nWARN another");
    assertThatThrownBy(() -> LogWire.fromProto(forged.build())).hasMessageContaining("one line");
    forged.getLinesBuilder(0).setText("one").setStoryId("s2");
    assertThatThrownBy(() -> LogWire.fromProto(forged.build()))
        .hasMessageContaining("expected one of story s2");
  }

  @Test
  void page_bothWays_isTheSame() {
    LogLine ofStory =
        new LogLine(
            LINE.at(),
            LINE.level(),
            new LogLine.About("s1", "", Optional.empty(), ""),
            OptionalInt.empty(),
            "submitted");
    LogPage page =
        new LogPage(List.of(new LogPage.Kept(5, LINE), new LogPage.Kept(6, ofStory)), 5, true);

    assertThat(LogWire.fromProto(LogWire.toProto(page))).isEqualTo(page);
  }

  @Test
  void query_bothWays_isTheSame() {
    LogQuery ofStory = new LogQuery("s1", "", "lion", OptionalInt.of(2), 9, 10);
    LogQuery ofWorker = new LogQuery("", "w-1", "", OptionalInt.empty(), 0, 1000);

    assertThat(LogWire.fromProto(LogWire.toProto(ofStory))).isEqualTo(ofStory);
    assertThat(LogWire.fromProto(LogWire.toProto(ofWorker))).isEqualTo(ofWorker);
  }

  @Test
  void query_thatIsNone_isRefused() {
    ListLinesRequest of = ListLinesRequest.newBuilder().setStoryId("s1").build();

    assertThat(LogWire.fromProto(of).size()).isEqualTo(200);
    assertThatThrownBy(() -> LogWire.fromProto(ListLinesRequest.getDefaultInstance()))
        .hasMessageContaining("expected a story or a worker");
    assertThatThrownBy(() -> LogWire.fromProto(of.toBuilder().setPageSize(1001).build()))
        .hasMessageContaining("page_size: expected 0 to 1000, found 1001");
    assertThatThrownBy(() -> LogWire.fromProto(of.toBuilder().setPageToken("x").build()))
        .hasMessageContaining("page_token");
    assertThatThrownBy(() -> LogWire.fromProto(of.toBuilder().setPageToken("-1").build()))
        .hasMessageContaining("after is negative");
    assertThatThrownBy(() -> LogWire.fromProto(of.toBuilder().setChunkIndex(1).build()))
        .hasMessageContaining("chunk: expected a number from 0 and the shot");
  }

  @Test
  void sentence_ofAnyText_isOneLineOfAtMostFiveHundred() {
    assertThat(LogLine.sentence(" a\n\tb\u0000c ")).isEqualTo("a b c");
    assertThat(LogLine.sentence("")).isEqualTo("-");
    assertThat(LogLine.sentence("\u0000")).isEqualTo("-");
    assertThat(LogLine.sentence("x".repeat(501))).hasSize(500).endsWith(" ...");
    assertThat(LogLine.sentence("\ud83e\udd81".repeat(300)).length()).isLessThanOrEqualTo(500);
  }
}

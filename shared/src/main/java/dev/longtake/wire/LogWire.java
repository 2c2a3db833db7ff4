package dev.longtake.wire;

import dev.longtake.error.LongtakeException;
import dev.longtake.lease.LogLine;
import dev.longtake.lease.LogPage;
import dev.longtake.lease.LogQuery;
import dev.longtake.wire.v1.AppendLinesRequest;
import dev.longtake.wire.v1.ListLinesRequest;
import dev.longtake.wire.v1.ListLinesResponse;
import dev.longtake.wire.v1.ListLinesResponse.KeptLine;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/** Log lines of stories, both ways. */
public final class LogWire {

  /** Lines of one call of a worker. */
  public static final int APPENDED_MAX = 500;

  private static final int PAGE_SIZE = 200;
  private static final int PAGE_SIZE_MAX = 1000;

  private LogWire() {}

  /** The message of lines that a worker says. */
  public static AppendLinesRequest toProto(List<LogLine> lines) {
    return AppendLinesRequest.newBuilder()
        .addAllLines(lines.stream().map(LogWire::toProto).toList())
        .build();
  }

  private static dev.longtake.wire.v1.LogLine toProto(LogLine line) {
    var message =
        dev.longtake.wire.v1.LogLine.newBuilder()
            .setTime(TimeWire.toProto(line.at()))
            .setLevel(
                switch (line.level()) {
                  case INFO -> dev.longtake.wire.v1.LogLine.Level.LEVEL_INFO;
                  case WARN -> dev.longtake.wire.v1.LogLine.Level.LEVEL_WARN;
                  case ERROR -> dev.longtake.wire.v1.LogLine.Level.LEVEL_ERROR;
                })
            .setStoryId(line.about().storyId())
            .setShotId(line.about().shotId())
            .setWorkerId(line.about().workerId())
            .setText(line.text());
    line.about().lease().ifPresent(lease -> message.setLease(WorkWire.toProto(lease)));
    line.number().ifPresent(message::setNumber);
    return message.build();
  }

  /**
   * The lines that a worker says.
   *
   * @throws LongtakeException with {@code REQUEST_INVALID} and the field's name
   */
  public static List<LogLine> fromProto(AppendLinesRequest message) {
    return new Field("lines")
        .list(
            message.getLinesList(),
            APPENDED_MAX,
            (at, line) -> {
              at.at("number").requireSet(line.hasNumber());
              at.at("lease").requireSet(line.hasLease());
              return line(at, line);
            });
  }

  private static LogLine line(Field at, dev.longtake.wire.v1.LogLine message) {
    LogLine.Level level =
        switch (message.getLevel()) {
          case LEVEL_INFO -> LogLine.Level.INFO;
          case LEVEL_WARN -> LogLine.Level.WARN;
          case LEVEL_ERROR -> LogLine.Level.ERROR;
          case LEVEL_UNSPECIFIED, UNRECOGNIZED ->
              throw at.at("level").invalid("expected a known level, found " + message.getLevel());
        };
    return at.make(
        () ->
            new LogLine(
                TimeWire.instant(at.at("time"), message.getTime()),
                level,
                new LogLine.About(
                    message.getStoryId(),
                    message.getShotId(),
                    message.hasLease()
                        ? Optional.of(WorkWire.lease(at.at("lease"), message.getLease()))
                        : Optional.empty(),
                    message.getWorkerId()),
                message.hasNumber() ? OptionalInt.of(message.getNumber()) : OptionalInt.empty(),
                message.getText()));
  }

  /** The message of a question. */
  public static ListLinesRequest toProto(LogQuery query) {
    var message =
        ListLinesRequest.newBuilder()
            .setShotId(query.shotId())
            .setPageSize(query.size())
            .setPageToken(Long.toString(query.after()));
    if (query.storyId().isEmpty()) {
      message.setWorkerId(query.workerId());
    } else {
      message.setStoryId(query.storyId());
    }
    query.chunk().ifPresent(message::setChunkIndex);
    return message.build();
  }

  /**
   * The question of a message.
   *
   * @throws LongtakeException with {@code REQUEST_INVALID} and the field's name
   */
  public static LogQuery fromProto(ListLinesRequest message) {
    Field at = new Field("");
    int size = message.getPageSize() == 0 ? PAGE_SIZE : message.getPageSize();
    if (size < 0 || size > PAGE_SIZE_MAX) {
      throw at.at("page_size").invalid("expected 0 to %d, found %d".formatted(PAGE_SIZE_MAX, size));
    }
    long after = token(at.at("page_token"), message.getPageToken());
    return at.at("query")
        .make(
            () ->
                new LogQuery(
                    message.getStoryId(),
                    message.getWorkerId(),
                    message.getShotId(),
                    message.hasChunkIndex()
                        ? OptionalInt.of(message.getChunkIndex())
                        : OptionalInt.empty(),
                    after,
                    size));
  }

  private static long token(Field at, String token) {
    try {
      return token.isEmpty() ? 0 : Long.parseLong(token);
    } catch (NumberFormatException e) {
      throw at.invalid("expected that of the page before, found another text");
    }
  }

  /** The message of some of the lines. */
  public static ListLinesResponse toProto(LogPage page) {
    return ListLinesResponse.newBuilder()
        .addAllLines(
            page.lines().stream()
                .map(
                    kept ->
                        KeptLine.newBuilder()
                            .setId(kept.id())
                            .setLine(toProto(kept.line()))
                            .build())
                .toList())
        .setNextPageToken(Long.toString(page.next()))
        .setMore(page.isMore())
        .build();
  }

  /**
   * Some of the lines, of a message.
   *
   * @throws LongtakeException with {@code REQUEST_INVALID} and the field's name
   */
  public static LogPage fromProto(ListLinesResponse message) {
    Field at = new Field("");
    List<LogPage.Kept> lines =
        at.at("lines")
            .list(
                message.getLinesList(),
                PAGE_SIZE_MAX,
                (where, kept) ->
                    new LogPage.Kept(kept.getId(), line(where.at("line"), kept.getLine())));
    return new LogPage(
        lines, token(at.at("next_page_token"), message.getNextPageToken()), message.getMore());
  }
}

package dev.longtake.coordinator.catalog;

import dev.longtake.story.status.Count;
import dev.longtake.story.status.Owner;
import dev.longtake.story.status.StoryState;
import dev.longtake.story.status.StoryStatus;
import dev.longtake.story.status.StorySummary;
import dev.longtake.story.status.Submission;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.Comparator;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Rows of the table as values, and values as they are written there. */
final class Rows {

  static final String SELECT =
      """
      SELECT sequence, story_id, name, state, submit_time, end_time, frame_count, shots_done,
        shot_count, failure_code, failure_message, tenant, owner
      FROM stories\
      """;

  static final Comparator<Numbered> NEWEST_FIRST =
      Comparator.comparing((Numbered row) -> row.line().submitTime())
          .thenComparingLong(Numbered::sequence)
          .reversed();

  private Rows() {}

  /** A story and its number. */
  record Numbered(StorySummary line, long sequence) {
    PageToken token() {
      return new PageToken(line.submitTime(), sequence);
    }
  }

  static Numbered numbered(ResultSet row) throws SQLException {
    return new Numbered(summary(row), row.getLong("sequence"));
  }

  static StorySummary summary(ResultSet row) throws SQLException {
    return new StorySummary(
        row.getString("story_id"),
        row.getString("name"),
        StoryState.valueOf(row.getString("state")),
        new Submission(
            row.getObject("submit_time", OffsetDateTime.class).toInstant(),
            new Owner(row.getString("tenant"), row.getString("owner"))),
        ending(row),
        row.getInt("frame_count"),
        new Count(row.getInt("shots_done"), row.getInt("shot_count")));
  }

  private static Optional<StoryStatus.Ending> ending(ResultSet row) throws SQLException {
    @Nullable OffsetDateTime at = row.getObject("end_time", OffsetDateTime.class);
    if (at == null) {
      return Optional.empty();
    }
    @Nullable String code = row.getString("failure_code");
    return Optional.of(
        new StoryStatus.Ending(
            at.toInstant(),
            code == null
                ? Optional.empty()
                : Optional.of(new StoryStatus.Failure(code, row.getString("failure_message")))));
  }

  /** To the microsecond, which every database keeps. */
  static OffsetDateTime time(Instant time) {
    return time.truncatedTo(ChronoUnit.MICROS).atOffset(ZoneOffset.UTC);
  }

  /** Without the character that PostgreSQL has no place for. */
  static String text(String text) {
    return text.replace('\0', ' ');
  }

  /** A name, or the start of one, as it is looked up. */
  static String key(String name) {
    return text(name).toLowerCase(Locale.ROOT);
  }

  /**
   * The least text that is greater than all that start with {@code prefix}, by characters as by
   * UTF-8 bytes; empty if there is none.
   */
  static Optional<String> firstBehind(String prefix) {
    int last = prefix.codePointBefore(prefix.length());
    String kept = prefix.substring(0, prefix.length() - Character.charCount(last));
    if (last >= Character.MIN_SURROGATE - 1 && last <= Character.MAX_SURROGATE) {
      return Optional.of(kept + Character.toString(Character.MAX_SURROGATE + 1));
    }
    return last == Character.MAX_VALUE || last == Character.MAX_CODE_POINT
        ? Optional.empty()
        : Optional.of(kept + Character.toString(last + 1));
  }
}

package dev.longtake.ops.json;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import dev.longtake.lease.LeaseToken;
import dev.longtake.lease.LogLine;
import org.jspecify.annotations.Nullable;

/** A line that was said of a story: {@code line.schema.json}. */
public record LineJson(
    String time,
    String level,
    String story,
    @JsonUnwrapped Place place,
    @Nullable String worker,
    String message) {

  /** What of the story it is about; the names are those of {@code log.schema.json}. */
  public record Place(
      @Nullable String shotId,
      @Nullable Integer shot,
      @Nullable Integer chunk,
      @Nullable Integer segment,
      @Nullable Integer attempt) {

    private static Place of(@Nullable String shotId, LeaseToken lease) {
      boolean isChunk = lease.kind() == LeaseToken.Kind.CHUNK;
      return new Place(
          shotId,
          lease.shotIndex(),
          isChunk ? lease.index() : null,
          isChunk ? null : lease.index(),
          lease.attempt());
    }
  }

  /** The object of a line. */
  public static LineJson of(LogLine line) {
    LogLine.About about = line.about();
    @Nullable String shotId = about.shotId().isEmpty() ? null : about.shotId();
    return new LineJson(
        line.at().toString(),
        line.level().name(),
        about.storyId(),
        about
            .lease()
            .map(lease -> Place.of(shotId, lease))
            .orElseGet(() -> new Place(shotId, null, null, null, null)),
        about.workerId().isEmpty() ? null : about.workerId(),
        line.text());
  }
}

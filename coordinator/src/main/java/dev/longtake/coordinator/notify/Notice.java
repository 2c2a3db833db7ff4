package dev.longtake.coordinator.notify;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.longtake.lease.WorkerMark;
import dev.longtake.story.status.StoryStatus;
import dev.longtake.story.status.StorySummary;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Something that has happened, as it is told: {@code notice.schema.json}.
 *
 * @param noticeId the same however often it is told, and of nothing else
 * @param occasion what has happened, as {@link Occasion} words it
 * @param time when it has
 * @param story if it is about one
 * @param worker if it is about one
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record Notice(
    String noticeId, String occasion, String time, @Nullable Story story, @Nullable Worker worker) {

  private static final ObjectMapper JSON = new ObjectMapper();

  /** The story that it is about: keys as in {@code summary.schema.json}. */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record Story(
      String storyId,
      String name,
      String state,
      String submitTime,
      @Nullable Failure failure,
      int frameCount,
      int shotCount,
      int shotsDone,
      String tenant,
      String owner) {}

  /**
   * The worker that it is about: keys as in {@code worker.schema.json}.
   *
   * @param until when it gets work again; nothing if somebody has to release it
   */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record Worker(String workerId, String reason, @Nullable String until) {}

  /** Why a story failed. */
  public record Failure(String code, String message) {}

  /** What is to be told of such a story; empty if that is nothing. */
  public static Optional<Notice> of(StorySummary story) {
    return occasion(story).flatMap(it -> story.ending().map(end -> of(story, it, end.at())));
  }

  private static Optional<Occasion> occasion(StorySummary story) {
    return switch (story.state()) {
      case PENDING, RUNNING -> Optional.empty();
      case SUCCEEDED -> Optional.of(Occasion.STORY_SUCCEEDED);
      case FAILED -> Optional.of(Occasion.STORY_FAILED);
      case CANCELLED -> Optional.of(Occasion.STORY_CANCELLED);
    };
  }

  private static Notice of(StorySummary story, Occasion occasion, Instant at) {
    return new Notice(
        // A story that was retried ends again, at another time.
        "%s.%s.%d".formatted(story.storyId(), occasion.word(), at.toEpochMilli()),
        occasion.word(),
        at.toString(),
        new Story(
            story.storyId(),
            story.name(),
            story.state().name(),
            story.submitTime().toString(),
            story.failure().map(Notice::failure).orElse(null),
            story.frameCount(),
            story.shots().total(),
            story.shots().done(),
            story.tenant(),
            story.submission().owner().name()),
        null);
  }

  /** What is to be told of what is now held against a worker; empty if that is nothing. */
  public static Optional<Notice> of(WorkerMark mark) {
    return switch (mark.kind()) {
      case DRAINED -> Optional.empty(); // By a person, who knows it.
      case QUARANTINED -> Optional.of(quarantined(mark));
    };
  }

  private static Notice quarantined(WorkerMark mark) {
    String occasion = Occasion.WORKER_QUARANTINED.word();
    return new Notice(
        "%s.%s.%d".formatted(mark.workerId(), occasion, mark.since().toEpochMilli()),
        occasion,
        mark.since().toString(),
        null,
        new Worker(
            mark.workerId(), mark.reason(), mark.until().map(Instant::toString).orElse(null)));
  }

  private static Failure failure(StoryStatus.Failure failure) {
    return new Failure(failure.code(), failure.message());
  }

  /** As it is sent. */
  public String json() {
    try {
      return JSON.writeValueAsString(this);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a record of texts and numbers", e);
    }
  }
}

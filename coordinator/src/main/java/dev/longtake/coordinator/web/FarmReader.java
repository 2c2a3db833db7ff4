package dev.longtake.coordinator.web;

import dev.longtake.coordinator.api.Farm;
import dev.longtake.coordinator.story.StoryDetail;
import dev.longtake.error.ErrorCode;
import dev.longtake.error.LongtakeException;
import dev.longtake.lease.WorkerMark;
import dev.longtake.story.status.Explanation;
import dev.longtake.story.status.StoryFilter;
import dev.longtake.story.status.StoryState;
import dev.longtake.story.status.StoryStatus;
import dev.longtake.story.status.StorySummary;
import dev.longtake.story.status.TenantScope;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Asks the farm what pages are made of. Waits for answers; one thread at a time. */
final class FarmReader {

  private static final Logger log = LoggerFactory.getLogger(FarmReader.class);
  private static final int RECENT_MAX = 100;

  /** The same actors give out leases. */
  private static final int ASKED_AT_ONCE = 64;

  private static final int RATES_MAX = 10_000;
  private static final StoryFilter ENDED =
      new StoryFilter(
          Set.of(StoryState.SUCCEEDED, StoryState.FAILED, StoryState.CANCELLED),
          "",
          Optional.empty(),
          Optional.empty());

  private final Farm farm;
  private final InstantSource clock;
  private final Map<String, Double> frameRates = new HashMap<>();

  FarmReader(Farm farm, InstantSource clock) {
    this.farm = farm;
    this.clock = clock;
  }

  /**
   * The farm as it is now.
   *
   * @throws LongtakeException if dispatch or the catalog do not answer
   */
  FarmPicture read() {
    List<StoryStatus> open = each(farm.catalog().open(), id -> farm.status(id, TenantScope.ALL));
    List<StorySummary> recent = farm.catalog().page(ENDED, RECENT_MAX, "").stories();
    return new FarmPicture(
        now(), farm.fleet(), open, recent, marks(), farm.room().whyNothingIsLeased());
  }

  /** The same for who has to do with one tenant: its films alone. The fleet is everybody's. */
  FarmPicture only(FarmPicture all, TenantScope scope) {
    if (scope.isAll()) {
      return all;
    }
    List<StoryStatus> open =
        all.open().stream().filter(story -> scope.covers(story.tenant())).toList();
    List<StorySummary> recent =
        ENDED
            .within(scope)
            .map(filter -> farm.catalog().page(filter, RECENT_MAX, "").stories())
            .orElse(List.of());
    return new FarmPicture(all.at(), all.fleet(), open, recent, all.marks(), all.heldUp());
  }

  private Map<String, WorkerMark> marks() {
    return farm.marks().all().stream()
        .filter(mark -> mark.holds(now()))
        .collect(Collectors.toMap(WorkerMark::workerId, mark -> mark));
  }

  Instant now() {
    return clock.instant();
  }

  /**
   * Asks many of these stories at once, so that those that do not answer cost their wait once.
   * Without those: they are on their way to another coordinator, or have just been submitted.
   */
  private static <T> List<T> each(Collection<String> storyIds, Function<String, T> question) {
    try (ExecutorService asking =
        Executors.newFixedThreadPool(ASKED_AT_ONCE, Thread.ofVirtual().factory())) {
      List<Future<Optional<T>>> answers =
          storyIds.stream().map(storyId -> asking.submit(() -> answer(storyId, question))).toList();
      List<T> there = new ArrayList<>();
      for (Future<Optional<T>> answer : answers) {
        answer.get().ifPresent(there::add);
      }
      return there;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new LongtakeException(ErrorCode.UNAVAILABLE, "the page was given up", e);
    } catch (ExecutionException e) {
      throw e.getCause() instanceof RuntimeException unexpected
          ? unexpected
          : new IllegalStateException(e.getCause());
    }
  }

  private static <T> Optional<T> answer(String storyId, Function<String, T> question) {
    try {
      return Optional.of(question.apply(storyId));
    } catch (LongtakeException e) {
      log.debug("story={} not shown: {}", storyId, e.getMessage());
      return Optional.empty();
    }
  }

  private static List<String> ids(FarmPicture picture) {
    return picture.open().stream().map(StoryStatus::storyId).toList();
  }

  /** Each piece of these stories. */
  List<StoryDetail> details(FarmPicture picture) {
    return each(ids(picture), id -> farm.detail(id, TenantScope.ALL));
  }

  /** Why each piece of these stories stands where it stands. */
  List<Explanation> explanations(FarmPicture picture) {
    return each(ids(picture), id -> farm.explain(id, TenantScope.ALL));
  }

  /** Empty where the story does not answer now. */
  Optional<Explanation> explain(String storyId) {
    return answer(storyId, id -> farm.explain(id, TenantScope.ALL));
  }

  /** How stories stand, those that have ended too. */
  List<StoryStatus> statuses(List<StorySummary> stories) {
    return each(
        stories.stream().map(StorySummary::storyId).toList(),
        id -> farm.status(id, TenantScope.ALL));
  }

  /** Each piece of this one; any number of threads may ask for it. */
  StoryDetail detail(String storyId, TenantScope scope) {
    return farm.detail(storyId, scope);
  }

  /** Frames a second of a story's film; it never changes. */
  double frameRateHz(String storyId) {
    if (frameRates.size() > RATES_MAX) {
      frameRates.clear();
    }
    return frameRates.computeIfAbsent(
        storyId, id -> farm.detail(id, TenantScope.ALL).frameRateHz());
  }

  static Set<String> succeeded(FarmPicture picture) {
    return picture.recent().stream()
        .filter(story -> story.state() == StoryState.SUCCEEDED)
        .map(StorySummary::storyId)
        .collect(Collectors.toSet());
  }
}

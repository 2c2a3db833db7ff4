package dev.longtake.coordinator.web;

import dev.longtake.coordinator.api.Farm;
import dev.longtake.coordinator.story.StoryDetail;
import dev.longtake.error.LongtakeException;
import dev.longtake.story.status.Explanation;
import dev.longtake.story.status.StoryFilter;
import dev.longtake.story.status.StoryState;
import dev.longtake.story.status.StoryStatus;
import dev.longtake.story.status.StorySummary;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Asks the farm what pages are made of. Waits for answers; one thread at a time. */
final class FarmReader {

  private static final Logger log = LoggerFactory.getLogger(FarmReader.class);
  private static final int RECENT_MAX = 100;
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
    List<StoryStatus> open = new ArrayList<>();
    for (String storyId : farm.catalog().open()) {
      ask(storyId).ifPresent(open::add);
    }
    List<StorySummary> recent = farm.catalog().page(ENDED, RECENT_MAX, "").stories();
    return new FarmPicture(
        now(), farm.fleet(), open, recent, farm.drained().all(), farm.room().whyNothingIsLeased());
  }

  Instant now() {
    return clock.instant();
  }

  /** Empty of a story that is just on its way to another coordinator, or has no shots yet. */
  private Optional<StoryStatus> ask(String storyId) {
    try {
      return Optional.of(farm.status(storyId));
    } catch (LongtakeException e) {
      log.debug("story={} not shown: {}", storyId, e.getMessage());
      return Optional.empty();
    }
  }

  /** Each piece of these stories. */
  List<StoryDetail> details(FarmPicture picture) {
    List<StoryDetail> details = new ArrayList<>();
    for (StoryStatus story : picture.open()) {
      try {
        details.add(farm.detail(story.storyId()));
      } catch (LongtakeException e) {
        log.debug("story={} not shown: {}", story.storyId(), e.getMessage());
      }
    }
    return details;
  }

  /** Why each piece of these stories stands where it stands. */
  List<Explanation> explanations(FarmPicture picture) {
    return picture.open().stream().flatMap(story -> explain(story.storyId()).stream()).toList();
  }

  /** Empty where the story does not answer now. */
  Optional<Explanation> explain(String storyId) {
    try {
      return Optional.of(farm.explain(storyId));
    } catch (LongtakeException e) {
      log.debug("story={} not explained: {}", storyId, e.getMessage());
      return Optional.empty();
    }
  }

  /** How stories stand, those that have ended too. */
  List<StoryStatus> statuses(List<StorySummary> stories) {
    return stories.stream().flatMap(story -> ask(story.storyId()).stream()).toList();
  }

  StoryDetail detail(String storyId) {
    return farm.detail(storyId);
  }

  /** Frames a second of a story's film; it never changes. */
  double frameRateHz(String storyId) {
    if (frameRates.size() > RATES_MAX) {
      frameRates.clear();
    }
    return frameRates.computeIfAbsent(storyId, id -> farm.detail(id).frameRateHz());
  }

  static Set<String> succeeded(FarmPicture picture) {
    return picture.recent().stream()
        .filter(story -> story.state() == StoryState.SUCCEEDED)
        .map(StorySummary::storyId)
        .collect(Collectors.toSet());
  }
}

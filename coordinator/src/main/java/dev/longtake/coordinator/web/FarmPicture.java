package dev.longtake.coordinator.web;

import static java.util.Objects.requireNonNull;

import dev.longtake.coordinator.dispatch.view.FleetView;
import dev.longtake.lease.WorkerMark;
import dev.longtake.story.status.StoryStatus;
import dev.longtake.story.status.StorySummary;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What the farm said when it was asked last. Pure.
 *
 * @param open stories that have not ended, the oldest first
 * @param recent stories that have ended, the newest first
 * @param marks what holds now against workers, by their ids
 * @param heldUp why nothing new is leased, in a sentence; empty if it is
 */
record FarmPicture(
    Instant at,
    FleetView fleet,
    List<StoryStatus> open,
    List<StorySummary> recent,
    Map<String, WorkerMark> marks,
    Optional<String> heldUp) {

  FarmPicture {
    requireNonNull(at, "at");
    requireNonNull(fleet, "fleet");
    open = List.copyOf(open);
    recent = List.copyOf(recent);
    marks = Map.copyOf(marks);
    requireNonNull(heldUp, "heldUp");
  }
}

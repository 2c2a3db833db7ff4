package dev.longtake.coordinator.dispatch;

import dev.longtake.coordinator.dispatch.StoryDemand.Holder;
import dev.longtake.coordinator.dispatch.StoryDemand.Place;
import dev.longtake.coordinator.story.WorkerKey;
import dev.longtake.lease.Order;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * What each worker holds, of which stories, kept up to date by each change. Changed in place: one
 * owner.
 */
final class Holdings {

  private final Map<WorkerKey, NavigableMap<Place, List<Order>>> held = new HashMap<>();
  private final Set<WorkerKey> present = new HashSet<>();
  private final Set<WorkerKey> absent = new TreeSet<>();
  private final Set<WorkerKey> changed = new TreeSet<>();

  /** A story says so. */
  void add(StoryDemand story) {
    for (Holder holder : story.holders()) {
      held.computeIfAbsent(holder.worker(), key -> new TreeMap<>())
          .put(Place.of(story), holder.orders());
      note(holder.worker());
    }
  }

  private void note(WorkerKey worker) {
    changed.add(worker);
    if (held.containsKey(worker) && !present.contains(worker)) {
      absent.add(worker);
    } else {
      absent.remove(worker);
    }
  }

  /** A story that was added has changed, or has ended. */
  void remove(StoryDemand story) {
    for (Holder holder : story.holders()) {
      NavigableMap<Place, List<Order>> stories = held.get(holder.worker());
      if (stories != null) {
        stories.remove(Place.of(story));
        if (stories.isEmpty()) {
          held.remove(holder.worker());
        }
        note(holder.worker());
      }
    }
  }

  /** A worker is there, or is not: if it is, it is to be told what it should hold. */
  void seat(WorkerKey worker, boolean isThere) {
    if (isThere) {
      present.add(worker);
    } else {
      present.remove(worker);
    }
    note(worker);
  }

  /** A worker could not be told what it should hold. */
  void tellAgain(WorkerKey worker) {
    changed.add(worker);
  }

  /** Workers that may have to be told something since this was asked last, in their order. */
  List<WorkerKey> takeChanged() {
    List<WorkerKey> taken = List.copyOf(changed);
    changed.clear();
    return taken;
  }

  /** What a worker should hold, the oldest story first. */
  List<Order> orders(WorkerKey worker) {
    List<Order> orders = new ArrayList<>();
    held.getOrDefault(worker, new TreeMap<>()).values().forEach(orders::addAll);
    return List.copyOf(orders);
  }

  /** The stories of which a worker holds something. */
  List<String> stories(WorkerKey worker) {
    return held.getOrDefault(worker, new TreeMap<>()).keySet().stream()
        .map(Place::storyId)
        .toList();
  }

  /** Workers that hold something and are not there, in their order. */
  List<WorkerKey> absent() {
    return List.copyOf(absent);
  }
}

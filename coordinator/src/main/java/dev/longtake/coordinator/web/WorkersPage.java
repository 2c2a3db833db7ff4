package dev.longtake.coordinator.web;

import dev.longtake.coordinator.catalog.DrainedWorkers;
import dev.longtake.coordinator.dispatch.view.FleetView;
import dev.longtake.lease.LeaseToken;
import dev.longtake.story.status.ShotStatus;
import dev.longtake.story.status.StoryStatus;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Every worker, and what it does. Pure. */
record WorkersPage(long at, List<Worker> workers) {

  /**
   * A worker.
   *
   * @param boot names its process
   * @param state {@code busy}, {@code idle}, {@code stranded}, {@code draining}, {@code drained} or
   *     {@code missing}
   * @param node the coordinator that it is connected to
   * @param drainedFor why a person wants it to get nothing new; {@code null} if nobody does
   */
  record Worker(
      String id,
      String boot,
      String state,
      String engineClass,
      String model,
      String node,
      @Nullable String drainedFor,
      List<Held> holds) {}

  /** A piece of work that a worker holds. */
  record Held(String story, String name, int shot, String shotId, String kind, int index) {}

  WorkersPage {
    workers = List.copyOf(workers);
  }

  static WorkersPage of(FarmPicture picture) {
    Set<FleetView.Worker> stranded = stranded(picture).collect(Collectors.toSet());
    List<Worker> workers = new ArrayList<>();
    for (FleetView.Worker worker : picture.fleet().workers()) {
      workers.add(
          new Worker(
              worker.key().workerId(),
              worker.key().bootId(),
              state(worker, stranded.contains(worker)),
              worker.engineClass(),
              worker.model(),
              ControlPage.shortened(worker.node()),
              drainedFor(worker.key().workerId(), picture),
              held(worker.holds(), picture)));
    }
    for (FleetView.Missing worker : picture.fleet().missing()) {
      workers.add(
          new Worker(
              worker.key().workerId(),
              worker.key().bootId(),
              "missing",
              "",
              "",
              "",
              drainedFor(worker.key().workerId(), picture),
              held(worker.holds(), picture)));
    }
    workers.sort(Comparator.comparing(Worker::id).thenComparing(Worker::boot));
    return new WorkersPage(picture.at().toEpochMilli(), workers);
  }

  private static @Nullable String drainedFor(String workerId, FarmPicture picture) {
    DrainedWorkers.Wish wish = picture.drained().get(workerId);
    return wish == null ? null : wish.reason();
  }

  private static String state(FleetView.Worker worker, boolean isStranded) {
    if (worker.draining()) {
      return worker.holds().isEmpty() ? "drained" : "draining";
    }
    return !worker.holds().isEmpty() ? "busy" : isStranded ? "stranded" : "idle";
  }

  /** Idle workers of an engine class that no open story has, while chunks wait for others. */
  static Stream<FleetView.Worker> stranded(FarmPicture picture) {
    if (picture.fleet().chunks().waiting() == 0) {
      return Stream.empty();
    }
    Set<String> wanted =
        picture.open().stream()
            .map(story -> story.renderers().engineClass())
            .collect(Collectors.toSet());
    return picture.fleet().workers().stream()
        .filter(worker -> !worker.draining() && worker.holds().isEmpty())
        .filter(worker -> !wanted.contains(worker.engineClass()));
  }

  private static List<Held> held(List<LeaseToken> tokens, FarmPicture picture) {
    return tokens.stream().map(token -> held(token, picture)).toList();
  }

  private static Held held(LeaseToken token, FarmPicture picture) {
    StoryStatus story =
        picture.open().stream()
            .filter(it -> it.storyId().equals(token.storyId()))
            .findFirst()
            .orElse(null);
    return new Held(
        token.storyId(),
        story == null ? token.storyId() : story.name(),
        token.shotIndex(),
        story == null ? Integer.toString(token.shotIndex()) : shotId(story.shots(), token),
        token.kind().name().toLowerCase(Locale.ROOT),
        token.index());
  }

  private static String shotId(List<ShotStatus> shots, LeaseToken token) {
    return token.shotIndex() < shots.size()
        ? shots.get(token.shotIndex()).shotId()
        : Integer.toString(token.shotIndex());
  }
}

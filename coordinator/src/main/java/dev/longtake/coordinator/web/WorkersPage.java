package dev.longtake.coordinator.web;

import dev.longtake.coordinator.dispatch.view.FleetView;
import dev.longtake.lease.LeaseToken;
import dev.longtake.lease.WorkerMark;
import dev.longtake.story.status.ShotStatus;
import dev.longtake.story.status.StoryStatus;
import dev.longtake.story.status.TenantScope;
import java.time.Instant;
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
   * @param state {@code busy}, {@code idle}, {@code stranded}, {@code draining}, {@code drained},
   *     {@code quarantined} or {@code missing}
   * @param node the coordinator that it is connected to
   * @param mark what is held against it; {@code null} for nothing
   */
  record Worker(
      String id,
      String boot,
      String state,
      String engineClass,
      String model,
      String node,
      @Nullable Mark mark,
      List<Held> holds) {

    Worker {
      holds = List.copyOf(holds);
    }
  }

  /**
   * Why a worker gets nothing new.
   *
   * @param kind {@code drained} or {@code quarantined}
   * @param until milliseconds since the epoch; {@code null} if somebody has to release it
   */
  record Mark(String kind, String reason, @Nullable Long until) {}

  /** A piece of work that a worker holds. */
  record Held(String story, String name, int shot, String shotId, String kind, int index) {}

  WorkersPage {
    workers = List.copyOf(workers);
  }

  /**
   * All workers, for who is to see these films alone: what they do of others is not told.
   *
   * @param picture with all films, because which workers are stranded follows from all
   */
  static WorkersPage of(FarmPicture picture, TenantScope scope) {
    Set<FleetView.Worker> stranded = stranded(picture).collect(Collectors.toSet());
    List<Worker> workers = new ArrayList<>();
    for (FleetView.Worker worker : picture.fleet().workers()) {
      if (!worker.isSeenBy(scope)) {
        continue; // Bound to others.
      }
      workers.add(
          new Worker(
              worker.key().workerId(),
              worker.key().bootId(),
              state(worker, picture, stranded.contains(worker)),
              worker.engineClass(),
              worker.model(),
              ControlPage.shortened(worker.node()),
              mark(worker.key().workerId(), picture, scope),
              held(worker.holds(), picture, scope)));
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
              mark(worker.key().workerId(), picture, scope),
              held(worker.holds(), picture, scope)));
    }
    workers.sort(Comparator.comparing(Worker::id).thenComparing(Worker::boot));
    return new WorkersPage(picture.at().toEpochMilli(), workers);
  }

  private static @Nullable Mark mark(String workerId, FarmPicture picture, TenantScope scope) {
    WorkerMark mark = picture.marks().get(workerId);
    return mark == null
        ? null
        : new Mark(
            mark.kind().word(),
            mark.shownTo(scope).reason(),
            mark.until().map(Instant::toEpochMilli).orElse(null));
  }

  private static String state(FleetView.Worker worker, FarmPicture picture, boolean isStranded) {
    WorkerMark mark = picture.marks().get(worker.key().workerId());
    if (mark != null && mark.kind() == WorkerMark.Kind.QUARANTINED) {
      return "quarantined";
    }
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

  private static List<Held> held(List<LeaseToken> tokens, FarmPicture picture, TenantScope scope) {
    Set<String> shown =
        picture.open().stream()
            .filter(story -> scope.covers(story.tenant()))
            .map(StoryStatus::storyId)
            .collect(Collectors.toSet());
    return tokens.stream()
        .filter(token -> scope.isAll() || shown.contains(token.storyId()))
        .map(token -> held(token, picture))
        .toList();
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

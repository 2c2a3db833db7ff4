package dev.longtake.coordinator.logs;

import static dev.longtake.lease.LogLine.Level.ERROR;
import static dev.longtake.lease.LogLine.Level.INFO;
import static dev.longtake.lease.LogLine.Level.WARN;

import dev.longtake.coordinator.story.StoryEvent;
import dev.longtake.coordinator.story.StoryEvent.ChunksToResume;
import dev.longtake.coordinator.story.StoryEvent.ClipCut;
import dev.longtake.coordinator.story.StoryEvent.FilmAssembled;
import dev.longtake.coordinator.story.StoryEvent.Grant;
import dev.longtake.coordinator.story.StoryEvent.HolderLost;
import dev.longtake.coordinator.story.StoryEvent.ResumePoint;
import dev.longtake.coordinator.story.StoryEvent.ShotJoined;
import dev.longtake.coordinator.story.StoryEvent.StoryCancelled;
import dev.longtake.coordinator.story.StoryEvent.StoryClaimed;
import dev.longtake.coordinator.story.StoryEvent.StoryFailed;
import dev.longtake.coordinator.story.StoryEvent.StoryPlanned;
import dev.longtake.coordinator.story.StoryEvent.StoryRetried;
import dev.longtake.coordinator.story.StoryEvent.StorySubmitted;
import dev.longtake.coordinator.story.StoryEvent.StoryUnpinned;
import dev.longtake.coordinator.story.StoryEvent.WorkDone;
import dev.longtake.coordinator.story.StoryEvent.WorkFailed;
import dev.longtake.coordinator.story.StoryEvent.WorkLeased;
import dev.longtake.coordinator.story.StoryEvent.WorkReleased;
import dev.longtake.coordinator.story.StoryProgress;
import dev.longtake.coordinator.story.WorkState;
import dev.longtake.coordinator.story.moves.Moved;
import dev.longtake.lease.LeaseToken;
import dev.longtake.lease.LeaseToken.Kind;
import dev.longtake.lease.LogLine;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/** What a coordinator says of a story's events, for people. Pure. */
public final class StoryLines {

  private final StoryProgress before;
  private final StoryProgress after;
  private final Instant at;
  private final List<LogLine> lines = new ArrayList<>();

  private StoryLines(StoryProgress before, StoryProgress after, Instant at) {
    this.before = before;
    this.after = after;
    this.at = at;
  }

  /** The lines of events that have led from the one to the other. */
  public static List<LogLine> of(
      StoryProgress before, StoryProgress after, List<StoryEvent> events, Instant at) {
    var said = new StoryLines(before, after, at);
    events.forEach(said::say);
    return List.copyOf(said.lines);
  }

  /** The lines of why chunks go elsewhere though their worker is well. */
  public static List<LogLine> moves(StoryProgress before, Moved moved, Instant at) {
    var said = new StoryLines(before, before, at);
    for (WorkReleased released : moved.released()) {
      for (int index : released.indexes()) {
        said.piece(
            INFO,
            released.shotIndex(),
            Kind.CHUNK,
            index,
            "leaves its worker: " + moved.evidence());
      }
    }
    return List.copyOf(said.lines);
  }

  private void say(StoryEvent event) {
    switch (event) {
      case StorySubmitted submitted ->
          story(INFO, "submitted: %d shots".formatted(submitted.story().shots().size()));
      case StoryPlanned planned -> planned(planned);
      case WorkLeased(int shot, Kind kind, var grants) ->
          grants.forEach(grant -> leased(shot, kind, grant));
      case WorkDone done -> piece(INFO, done.shotIndex(), done.kind(), done.index(), "done");
      case WorkFailed(int shot, Kind kind, int index, int _, var code, var message) ->
          piece(WARN, shot, kind, index, "given up: %s: %s".formatted(code.dotted(), message));
      case HolderLost(int shot, Kind kind, var indexes) ->
          indexes.forEach(index -> piece(WARN, shot, kind, index, "its worker was lost"));
      case WorkReleased(int shot, Kind kind, var indexes, var _) ->
          indexes.forEach(index -> piece(INFO, shot, kind, index, "goes back to waiting"));
      case ChunksToResume(int shot, var points) -> points.forEach(point -> resumed(shot, point));
      case ShotJoined(int shot, var _) -> shot(shot, "all its chunks are done, and joined");
      case ClipCut(int shot, var _) -> shot(shot, "its clip can be watched");
      case FilmAssembled assembled ->
          story(INFO, "the film is there: %d files".formatted(assembled.files().size()));
      case StoryUnpinned unpinned ->
          story(
              WARN,
              "no worker of %s is left, and nothing was begun: planned anew"
                  .formatted(unpinned.engineClass()));
      case StoryFailed failed ->
          story(ERROR, "failed: %s: %s".formatted(failed.code().dotted(), failed.message()));
      case StoryRetried _ -> story(INFO, "told to go on");
      case StoryClaimed claimed -> story(INFO, "goes on at coordinator " + claimed.node());
      case StoryCancelled _ -> story(INFO, "cancelled");
    }
  }

  private void planned(StoryPlanned planned) {
    story(
        INFO,
        "planned for %s %s on %s; %d shots are known from earlier renderings"
            .formatted(
                planned.model().identity().name(),
                planned.model().identity().version(),
                planned.engineClass(),
                planned.known().size()));
  }

  private void story(LogLine.Level level, String text) {
    add(level, "", Optional.empty(), "", text);
  }

  private void shot(int shot, String text) {
    add(INFO, shotId(shot), Optional.empty(), "", text);
  }

  private void leased(int shot, Kind kind, Grant grant) {
    int attempt = after.shots().get(shot).works(kind).get(grant.index()).attempt();
    add(
        INFO,
        shotId(shot),
        Optional.of(new LeaseToken(after.storyId(), shot, kind, grant.index(), attempt)),
        grant.worker().workerId(),
        "leased");
  }

  private void resumed(int shot, ResumePoint point) {
    String text = "its next attempt goes on from the checkpoint of step " + point.step();
    piece(INFO, shot, Kind.CHUNK, point.index(), text);
  }

  /** Of a piece of work that was leased before. */
  private void piece(LogLine.Level level, int shot, Kind kind, int index, String text) {
    WorkState work = before.shots().get(shot).works(kind).get(index);
    String worker = work instanceof WorkState.Leased leased ? leased.worker().workerId() : "";
    int attempt = Math.max(1, work.attempt());
    add(
        level,
        shotId(shot),
        Optional.of(new LeaseToken(after.storyId(), shot, kind, index, attempt)),
        worker,
        text);
  }

  private String shotId(int shot) {
    return after.story().shots().get(shot).id();
  }

  private void add(
      LogLine.Level level, String shotId, Optional<LeaseToken> lease, String worker, String text) {
    lines.add(
        new LogLine(
            at,
            level,
            new LogLine.About(after.storyId(), shotId, lease, worker),
            OptionalInt.empty(),
            LogLine.sentence(text)));
  }
}

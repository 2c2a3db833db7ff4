package dev.longtake.ops.fuzz;

import dev.longtake.digest.Digest;
import dev.longtake.lease.CheckpointPlan;
import dev.longtake.lease.LeaseToken;
import dev.longtake.lease.Order;
import dev.longtake.lease.OrderStatement;
import dev.longtake.lease.Work;
import dev.longtake.lease.WorkerMark;
import dev.longtake.lease.WorkerStatus;
import dev.longtake.plan.ShotInputs;
import dev.longtake.plan.StoryPlan;
import dev.longtake.security.Role;
import dev.longtake.security.TokenInfo;
import dev.longtake.story.status.Count;
import dev.longtake.story.status.Explanation;
import dev.longtake.story.status.FilmFile;
import dev.longtake.story.status.Reason;
import dev.longtake.story.status.ShotCounts;
import dev.longtake.story.status.ShotState;
import dev.longtake.story.status.ShotStatus;
import dev.longtake.story.status.StoryState;
import dev.longtake.story.status.StoryStatus;
import dev.longtake.story.status.StorySummary;
import dev.longtake.story.status.TenantScope;
import dev.longtake.testing.TestStories;
import dev.longtake.wire.AccessWire;
import dev.longtake.wire.ExplanationWire;
import dev.longtake.wire.FleetWire;
import dev.longtake.wire.StatusWire;
import dev.longtake.wire.WorkWire;
import dev.longtake.wire.v1.SynchronizeResponse;
import dev.longtake.wire.v1.Token;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** What a coordinator answers, to workers and clients that do not trust it blindly. */
final class AnswerTargets {

  private static final Digest DIGEST = Digest.ofText("x");

  private AnswerTargets() {}

  static List<FuzzTarget> all() {
    return List.of(orders(), status(), summary(), explanation(), worker(), token());
  }

  private static FuzzTarget orders() {
    return MessageTargets.of(
        "answer-orders",
        SynchronizeResponse.getDefaultInstance(),
        message -> {
          var _ = WorkWire.fromProto(message);
        },
        () -> {
          ShotInputs inputs =
              StoryPlan.of("s-1", TestStories.story(), TestStories.model(), "cpu")
                  .shots()
                  .get(1)
                  .inputs();
          var statement =
              new OrderStatement(
                  List.of(
                      new Order(
                          new LeaseToken("s-1", 1, LeaseToken.Kind.CHUNK, 1, 1),
                          new Work.DenoiseChunk(
                              inputs, 4, 8, 3, 3, true, false, CheckpointPlan.NONE)),
                      new Order(
                          new LeaseToken("s-1", 1, LeaseToken.Kind.SEGMENT, 1, 2),
                          new Work.DecodeSegment(inputs, 4, 4, 2, DIGEST, 16))),
                  Duration.ofMillis(500),
                  false);
          return List.of(WorkWire.toProto(statement));
        });
  }

  private static FuzzTarget status() {
    return MessageTargets.of(
        "answer-status",
        dev.longtake.wire.v1.StoryStatus.getDefaultInstance(),
        message -> {
          var _ = StatusWire.fromProto(message);
        },
        () -> {
          var shot =
              new ShotStatus(
                  "a",
                  48,
                  ShotState.DECODING,
                  new ShotCounts(new Count(3, 4), new Count(36, 40), 30, new Count(1, 5)),
                  Optional.of(DIGEST),
                  false);
          var ended =
              new StoryStatus(
                  "s-1",
                  "Zoo",
                  StoryState.FAILED,
                  Instant.EPOCH,
                  Optional.of(
                      new StoryStatus.Ending(
                          Instant.EPOCH.plusSeconds(9),
                          Optional.of(new StoryStatus.Failure("worker.worker_lost", "gone")))),
                  new StoryStatus.Renderers("cpu", 2),
                  List.of(shot),
                  new StoryStatus.Film(
                      57, false, List.of(new FilmFile("shots/a.mp4", DIGEST, 12))));
          return List.of(StatusWire.toProto(ended));
        });
  }

  private static FuzzTarget summary() {
    return MessageTargets.of(
        "answer-summary",
        dev.longtake.wire.v1.StorySummary.getDefaultInstance(),
        message -> {
          var _ = StatusWire.fromProto(message);
        },
        () ->
            List.of(
                StatusWire.toProto(
                    new StorySummary(
                        "story-1",
                        "rosie",
                        StoryState.FAILED,
                        Instant.EPOCH,
                        Optional.of(
                            new StoryStatus.Ending(
                                Instant.EPOCH,
                                Optional.of(new StoryStatus.Failure("bug.internal", "broken")))),
                        96,
                        new Count(1, 3)))));
  }

  private static FuzzTarget explanation() {
    return MessageTargets.of(
        "answer-explanation",
        dev.longtake.wire.v1.Explanation.getDefaultInstance(),
        message -> {
          var _ = ExplanationWire.fromProto(message);
        },
        () -> {
          var piece = new Explanation.Piece(Reason.DONE, Optional.of("w"), 3, 1);
          return List.of(
              ExplanationWire.toProto(
                  new Explanation(
                      "story-1",
                      "Zoo",
                      StoryState.RUNNING,
                      List.of(
                          new Explanation.Shot(
                              "lion", Reason.DONE, List.of(piece), List.of(piece))),
                      List.of(new Explanation.Note(Reason.DONE, 2, 1, "4 workers")))));
        });
  }

  private static FuzzTarget worker() {
    return MessageTargets.of(
        "answer-worker",
        dev.longtake.wire.v1.WorkerStatus.getDefaultInstance(),
        message -> {
          var _ = FleetWire.fromProto(message);
        },
        () -> {
          var mark =
              new WorkerMark(
                  "w",
                  WorkerMark.Kind.QUARANTINED,
                  "why",
                  Instant.ofEpochSecond(5),
                  Optional.of(Instant.ofEpochSecond(9)),
                  2);
          return List.of(
              FleetWire.toProto(
                  new WorkerStatus(
                      "w",
                      Optional.of(
                          new WorkerStatus.Connection(
                              "1", "cpu-avx2-f32-1", "toybox", "alone", TenantScope.ALL)),
                      true,
                      List.of(new LeaseToken("story-1", 0, LeaseToken.Kind.SEGMENT, 3, 2)),
                      Optional.of(mark))));
        });
  }

  private static FuzzTarget token() {
    return MessageTargets.of(
        "answer-token",
        Token.getDefaultInstance(),
        message -> {
          var _ = AccessWire.fromProto(message);
        },
        () ->
            List.of(
                AccessWire.toProto(
                    new TokenInfo(
                        "0f3a9c21be47",
                        "rosie",
                        Role.ARTIST,
                        TenantScope.ALL,
                        "admin",
                        Instant.EPOCH,
                        Instant.ofEpochSecond(9),
                        Optional.of(Instant.ofEpochSecond(8))))));
  }
}

package dev.longtake.ops.fuzz;

import dev.longtake.digest.Digest;
import dev.longtake.error.ErrorCode;
import dev.longtake.latent.CheckpointKey;
import dev.longtake.latent.Side;
import dev.longtake.latent.SlabKey;
import dev.longtake.lease.LeaseToken;
import dev.longtake.lease.Report;
import dev.longtake.lease.WorkerMark;
import dev.longtake.lease.WorkerStatement;
import dev.longtake.testing.TestStories;
import dev.longtake.wire.AccessWire;
import dev.longtake.wire.CheckpointWire;
import dev.longtake.wire.FilterWire;
import dev.longtake.wire.FleetWire;
import dev.longtake.wire.SlabWire;
import dev.longtake.wire.StatementReader;
import dev.longtake.wire.StoryWire;
import dev.longtake.wire.TimeWire;
import dev.longtake.wire.WorkWire;
import dev.longtake.wire.v1.CreateTokenRequest;
import dev.longtake.wire.v1.GetCheckpointRequest;
import dev.longtake.wire.v1.GetSlabRequest;
import dev.longtake.wire.v1.ListStoriesRequest;
import dev.longtake.wire.v1.PutCheckpointRequest;
import dev.longtake.wire.v1.QuarantineWorkerRequest;
import dev.longtake.wire.v1.Role;
import dev.longtake.wire.v1.Story;
import dev.longtake.wire.v1.StoryState;
import dev.longtake.wire.v1.SynchronizeRequest;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** What peers ask of a coordinator, through what makes values of it. */
final class RequestTargets {

  private static final LeaseToken LEASE = new LeaseToken("s-1", 2, LeaseToken.Kind.CHUNK, 0, 1);

  private RequestTargets() {}

  static List<FuzzTarget> all() {
    return List.of(
        story(), list(), quarantine(), token(), slab(), checkpoint(), checkpointKey(), worker());
  }

  private static FuzzTarget story() {
    return MessageTargets.of(
        "request-story",
        Story.getDefaultInstance(),
        message -> {
          dev.longtake.story.Story story = StoryWire.fromProto(message);
          var _ = StoryWire.contentDigest(story);
        },
        () ->
            List.of(
                StoryWire.toProto(TestStories.story()), StoryWire.toProto(TestStories.crowd(3))));
  }

  private static FuzzTarget list() {
    return MessageTargets.of(
        "request-list",
        ListStoriesRequest.getDefaultInstance(),
        message -> {
          var _ = FilterWire.fromProto(message);
        },
        () ->
            List.of(
                ListStoriesRequest.newBuilder()
                    .setPageSize(7)
                    .addStates(StoryState.STORY_STATE_RUNNING)
                    .setNamePrefix("Zoo")
                    .setSubmittedSince(TimeWire.toProto(Instant.EPOCH))
                    .setSubmittedBefore(TimeWire.toProto(Instant.ofEpochSecond(9)))
                    .build()));
  }

  private static FuzzTarget quarantine() {
    return MessageTargets.of(
        "request-quarantine",
        QuarantineWorkerRequest.getDefaultInstance(),
        message -> {
          var _ =
              FleetWire.asked(
                  message.getWorkerId(),
                  WorkerMark.Kind.QUARANTINED,
                  message.getReason(),
                  Instant.EPOCH,
                  message.hasDuration() ? Optional.of(message.getDuration()) : Optional.empty());
        },
        () ->
            List.of(
                QuarantineWorkerRequest.newBuilder()
                    .setWorkerId("w-1")
                    .setReason("fans")
                    .setDuration(TimeWire.toProto(Duration.ofHours(1)))
                    .build()));
  }

  private static FuzzTarget token() {
    return MessageTargets.of(
        "request-token",
        CreateTokenRequest.getDefaultInstance(),
        message -> {
          var _ = AccessWire.role(message);
          var _ = AccessWire.lifetime(message);
          var _ = AccessWire.scope(message);
        },
        () ->
            List.of(
                CreateTokenRequest.newBuilder()
                    .setName("rosie")
                    .setRole(Role.ROLE_ARTIST)
                    .setLifetime(TimeWire.toProto(Duration.ofDays(1)))
                    .build()));
  }

  private static FuzzTarget slab() {
    return MessageTargets.of(
        "request-slab",
        GetSlabRequest.getDefaultInstance(),
        message -> {
          var _ = SlabWire.fromProto(message.getKey());
          var _ = SlabWire.wait(message);
        },
        () ->
            List.of(
                GetSlabRequest.newBuilder()
                    .setKey(SlabWire.toProto(new SlabKey("s-1", 0, 1, Side.LEFT, 2)))
                    .setWait(TimeWire.toProto(Duration.ofSeconds(1)))
                    .build()));
  }

  private static FuzzTarget checkpoint() {
    return MessageTargets.of(
        "request-checkpoint",
        PutCheckpointRequest.getDefaultInstance(),
        message -> {
          var _ = CheckpointWire.lease(message);
          var _ = CheckpointWire.key(message);
        },
        () -> List.of(CheckpointWire.toProto(LEASE, 3).build()));
  }

  private static FuzzTarget checkpointKey() {
    return MessageTargets.of(
        "request-checkpoint-key",
        GetCheckpointRequest.getDefaultInstance(),
        message -> {
          var _ = CheckpointWire.key(message);
        },
        () -> List.of(CheckpointWire.toProto(new CheckpointKey("s-1", 0, 1, 2))));
  }

  private static FuzzTarget worker() {
    return MessageTargets.of(
        "request-worker",
        SynchronizeRequest.getDefaultInstance(),
        message -> {
          var _ = new StatementReader().read(message);
        },
        () -> {
          var statement =
              new WorkerStatement(
                  "w-1",
                  "boot.7",
                  "cpu-avx512-f32-1",
                  TestStories.model(),
                  List.of(
                      new Report(LEASE, new Report.Running(4, true)),
                      new Report(
                          LEASE, new Report.Done(Digest.ofText("x"), 77, Duration.ofMillis(1234))),
                      new Report(LEASE, new Report.Failed(ErrorCode.ENGINE_FAILED, "no memory"))),
                  true,
                  3);
          return List.of(WorkWire.toProto(statement));
        });
  }
}

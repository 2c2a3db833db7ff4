package dev.longtake.coordinator.access;

import static java.util.Map.entry;

import java.util.Map;
import java.util.Optional;

/**
 * What each call needs, by its full name: the one table of it. A call that does not stand here is
 * refused to everybody; a test compares it with what the coordinator serves.
 */
final class CallRights {

  private static final Map<String, Callers> TABLE =
      Map.ofEntries(
          entry("longtake.v1.FarmService/SubmitStory", Callers.PEOPLE),
          entry("longtake.v1.FarmService/GetStory", Callers.PEOPLE),
          entry("longtake.v1.FarmService/ListStories", Callers.PEOPLE),
          entry("longtake.v1.FarmService/WatchStory", Callers.PEOPLE),
          entry("longtake.v1.FarmService/CancelStory", Callers.PEOPLE),
          entry("longtake.v1.FarmService/RetryStory", Callers.PEOPLE),
          entry("longtake.v1.FarmService/ExplainStory", Callers.PEOPLE),
          entry("longtake.v1.FarmService/DownloadFile", Callers.PEOPLE),
          entry("longtake.v1.FleetService/ListWorkers", Callers.PEOPLE),
          entry("longtake.v1.FleetService/DrainWorker", Callers.PEOPLE),
          entry("longtake.v1.FleetService/QuarantineWorker", Callers.PEOPLE),
          entry("longtake.v1.FleetService/ReleaseWorker", Callers.PEOPLE),
          entry("longtake.v1.WorkerService/Synchronize", Callers.WORKERS),
          entry("longtake.v1.LatentService/PutSlab", Callers.WORKERS),
          entry("longtake.v1.LatentService/GetSlab", Callers.WORKERS),
          entry("longtake.v1.LatentService/PutCheckpoint", Callers.WORKERS),
          entry("longtake.v1.LatentService/GetCheckpoint", Callers.WORKERS),
          entry("longtake.v1.ArtifactService/PutArtifact", Callers.WORKERS),
          entry("longtake.v1.ArtifactService/GetArtifact", Callers.WORKERS),
          entry("grpc.health.v1.Health/Check", Callers.ALL),
          entry("grpc.health.v1.Health/Watch", Callers.ALL),
          entry("grpc.reflection.v1.ServerReflection/ServerReflectionInfo", Callers.PEOPLE));

  private CallRights() {}

  /** Whose call it is; empty if it is nobody's. */
  static Optional<Callers> of(String fullName) {
    return Optional.ofNullable(TABLE.get(fullName));
  }

  /** All of it. */
  static Map<String, Callers> table() {
    return TABLE;
  }
}

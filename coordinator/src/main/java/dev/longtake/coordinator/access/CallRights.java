package dev.longtake.coordinator.access;

import static java.util.Map.entry;

import dev.longtake.security.Role;
import java.util.Map;
import java.util.Optional;

/**
 * What each call needs, by its full name: the one table of it. A call that does not stand here is
 * refused to everybody; tests compare it with what the coordinator serves, try every call with
 * everybody who may not make it, and compare {@code ops/docs/security.md} with it.
 */
final class CallRights {

  private static final Map<String, Right> TABLE =
      Map.ofEntries(
          entry("longtake.v1.FarmService/SubmitStory", needs(Role.ARTIST)),
          entry("longtake.v1.FarmService/GetStory", needs(Role.VIEWER)),
          entry("longtake.v1.FarmService/ListStories", needs(Role.VIEWER)),
          entry("longtake.v1.FarmService/WatchStory", needs(Role.VIEWER)),
          entry("longtake.v1.FarmService/CancelStory", needs(Role.ARTIST)),
          entry("longtake.v1.FarmService/RetryStory", needs(Role.ARTIST)),
          entry("longtake.v1.FarmService/ExplainStory", needs(Role.VIEWER)),
          entry("longtake.v1.FarmService/DownloadFile", needs(Role.VIEWER)),
          entry("longtake.v1.FleetService/ListWorkers", needs(Role.VIEWER)),
          entry("longtake.v1.FleetService/ListTenants", needs(Role.VIEWER)),
          entry("longtake.v1.FleetService/DrainWorker", ofTheFarm(Role.OPERATOR)),
          entry("longtake.v1.FleetService/QuarantineWorker", ofTheFarm(Role.OPERATOR)),
          entry("longtake.v1.FleetService/ReleaseWorker", ofTheFarm(Role.OPERATOR)),
          entry("longtake.v1.AccessService/CreateToken", needs(Role.ADMIN)),
          entry("longtake.v1.AccessService/ListTokens", needs(Role.ADMIN)),
          entry("longtake.v1.AccessService/RevokeToken", needs(Role.ADMIN)),
          entry("longtake.v1.AccessService/ListAudit", ofTheFarm(Role.OPERATOR)),
          entry("longtake.v1.LogService/ListLines", needs(Role.VIEWER)),
          entry("longtake.v1.LogService/AppendLines", new Right.Worker()),
          entry("longtake.v1.WorkerService/Synchronize", new Right.Worker()),
          entry("longtake.v1.LatentService/PutSlab", new Right.Worker()),
          entry("longtake.v1.LatentService/GetSlab", new Right.Worker()),
          entry("longtake.v1.LatentService/PutCheckpoint", new Right.Worker()),
          entry("longtake.v1.LatentService/GetCheckpoint", new Right.Worker()),
          entry("longtake.v1.ArtifactService/PutArtifact", new Right.Worker()),
          entry("longtake.v1.ArtifactService/GetArtifact", new Right.Worker()),
          entry("grpc.health.v1.Health/Check", new Right.Member()),
          entry("grpc.health.v1.Health/Watch", new Right.Member()),
          entry("grpc.reflection.v1.ServerReflection/ServerReflectionInfo", needs(Role.VIEWER)));

  private CallRights() {}

  private static Right needs(Role least) {
    return new Right.Person(least);
  }

  private static Right ofTheFarm(Role least) {
    return new Right.Person(least, true);
  }

  /** What a call needs; empty if it is nobody's. */
  static Optional<Right> of(String fullName) {
    return Optional.ofNullable(TABLE.get(fullName));
  }

  /** All of it. */
  static Map<String, Right> table() {
    return TABLE;
  }
}

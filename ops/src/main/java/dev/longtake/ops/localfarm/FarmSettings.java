package dev.longtake.ops.localfarm;

import dev.longtake.postgres.LocalPostgres;
import java.nio.file.Path;
import java.util.function.ToIntFunction;
import java.util.stream.Collectors;

/** The settings of each part of a farm, as text. */
final class FarmSettings {

  private FarmSettings() {}

  /** For {@code longtake coordinator --config}. */
  static String coordinator(FarmRecord farm, int index, FarmFolder folder, FarmSecrets secrets) {
    FarmRecord.Ports own = farm.coordinators().get(index);
    String alone =
        """
        listen.port = %d
        metrics.port = %d
        web.port = 0
        storage {
          folder = %s
          journal = postgresql
          postgresql { url = "jdbc:postgresql://%s:%d/%s", user = "%s", password-file = %s }
          artifacts = s3
          s3 { endpoint = "http://%s:%d", bucket = "%s", credentials-file = %s }
        }
        """
            .formatted(
                own.listen(),
                own.metrics(),
                quoted(folder.data(FarmRecord.coordinator(index))),
                FarmRecord.HOST,
                farm.postgresPort(),
                LocalPostgres.DATABASE,
                LocalPostgres.USER,
                quoted(folder.journalPassword()),
                FarmRecord.HOST,
                farm.storagePort(),
                FarmFolder.BUCKET,
                quoted(folder.storageKeys()));
    return farm.coordinators().size() == 1 ? alone : alone + together(farm, own, secrets);
  }

  private static String together(FarmRecord farm, FarmRecord.Ports own, FarmSecrets secrets) {
    return """
    cluster { port = %d, members = "%s" }
    latents.cluster { port = %d, members = "%s", secret = "%s" }
    """
        .formatted(
            own.cluster(),
            members(farm, FarmRecord.Ports::cluster),
            own.latents(),
            members(farm, FarmRecord.Ports::latents),
            secrets.farm());
  }

  private static String members(FarmRecord farm, ToIntFunction<FarmRecord.Ports> port) {
    return farm.coordinators().stream()
        .map(ports -> FarmRecord.HOST + ":" + port.applyAsInt(ports))
        .collect(Collectors.joining(", "));
  }

  /** For {@code longtake worker --config}. */
  static String worker(FarmRecord farm, String id) {
    return """
    id = "%s"
    coordinator.addresses = "%s"
    engine.threads = %d
    """
        .formatted(id, farm.addresses(), farm.threads());
  }

  /** For the server that stands in for S3. */
  static String storage(FarmRecord farm, FarmFolder folder, FarmSecrets secrets) {
    return """
    s3proxy.endpoint=http://%s:%d
    s3proxy.authorization=aws-v2-or-v4
    s3proxy.identity=%s
    s3proxy.credential=%s
    jclouds.provider=filesystem-nio2
    jclouds.filesystem.basedir=%s
    """
        .formatted(
            FarmRecord.HOST,
            farm.storagePort(),
            FarmSecrets.STORAGE_USER,
            secrets.storage(),
            folder.objects().toString().replace("\\", "\\\\"));
  }

  private static String quoted(Path path) {
    return '"' + path.toString().replace("\\", "\\\\").replace("\"", "\\\"") + '"';
  }
}

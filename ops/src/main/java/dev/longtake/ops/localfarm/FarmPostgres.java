package dev.longtake.ops.localfarm;

import dev.longtake.config.Secret;
import dev.longtake.error.ErrorCode;
import dev.longtake.error.LongtakeException;
import dev.longtake.postgres.LocalPostgres;
import dev.longtake.postgres.PostgresPrograms;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalLong;
import java.util.zip.ZipFile;
import org.jspecify.annotations.Nullable;

/** The farm's database: installed on the machine, or from a jar. */
final class FarmPostgres {

  private final FarmFolder folder;
  private final @Nullable Path installed;
  private final LocalPostgres server;

  /** With the programs of this folder; null for those of the jar. */
  FarmPostgres(FarmFolder folder, @Nullable Path installed) {
    this.folder = folder;
    this.installed = installed;
    Path programs = installed == null ? folder.postgresPrograms().resolve("bin") : installed;
    this.server = new LocalPostgres(programs, folder.postgres());
  }

  OptionalLong pid() {
    return server.pid().map(OptionalLong::of).orElseGet(OptionalLong::empty);
  }

  boolean isUp() {
    return server.pid().isPresent();
  }

  /**
   * Starts it.
   *
   * @param jar where its programs are, unless they are installed
   */
  void start(int port, Path jar, FarmSecrets secrets) {
    if (installed == null && !Files.exists(folder.postgresPrograms())) {
      unpack(jar);
    }
    if (!server.isCreated()) {
      server.create(new Secret(secrets.journal()));
    }
    server.start(port, List.of());
  }

  void stop() {
    server.stop();
  }

  private void unpack(Path jar) {
    Path part = folder.data("postgresql-programs.part");
    try (ZipFile zip = new ZipFile(jar.toFile());
        InputStream archive = zip.getInputStream(zip.getEntry(PostgresPrograms.ARCHIVE))) {
      PostgresPrograms.unpack(archive, part);
      Files.move(part, folder.postgresPrograms());
    } catch (IOException e) {
      throw new LongtakeException(
          ErrorCode.FILE_UNUSABLE, "PostgreSQL cannot be unpacked: " + e, e);
    }
  }
}

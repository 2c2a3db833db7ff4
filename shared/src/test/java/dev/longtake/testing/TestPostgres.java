package dev.longtake.testing;

import dev.longtake.config.Secret;
import dev.longtake.error.LongtakeException;
import dev.longtake.postgres.LocalPostgres;
import dev.longtake.postgres.PostgresPrograms;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;

/**
 * A real PostgreSQL for tests, of which nothing has to be installed: its programs are in a jar.
 * They are unpacked once a process, and everything is removed when it ends.
 */
public final class TestPostgres implements AutoCloseable {

  public static final String USER = LocalPostgres.USER;
  public static final Secret PASSWORD = new Secret("correct horse");

  private static final int STARTS_MAX = 5;
  private static final AtomicInteger nextDatabase = new AtomicInteger();
  private static final AtomicInteger nextServer = new AtomicInteger();

  private final LocalPostgres server;
  private final int port;

  private TestPostgres(LocalPostgres server, int port) {
    this.server = server;
    this.port = port;
  }

  /** One server a process, for all who only need databases. Not to be closed or restarted. */
  private static final class Shared {
    static final TestPostgres SERVER = start();
  }

  private static final class Folder {
    static final Path PATH = unpacked();
  }

  /** The address of an empty database of one's own, on a server that many tests share. */
  public static String newDatabase() {
    return Shared.SERVER.addDatabase();
  }

  /** A server of one's own, for tests that stop it. */
  public static TestPostgres start() {
    LongtakeException last = null;
    for (int i = 0; i < STARTS_MAX; i++) {
      Path folder = Folder.PATH.resolve("server-" + nextServer.incrementAndGet());
      LocalPostgres server = new LocalPostgres(Folder.PATH.resolve("postgres/bin"), folder);
      server.create(PASSWORD);
      try {
        int port = freePort();
        server.start(port, List.of("fsync=off"));
        return new TestPostgres(server, port);
      } catch (LongtakeException e) {
        last = e; // Somebody else took the port in between.
      }
    }
    throw last;
  }

  /** The address of an empty database on this server. */
  public String addDatabase() {
    String name = "test_" + nextDatabase.incrementAndGet();
    try (Connection connection =
            DriverManager.getConnection(
                server.url(LocalPostgres.DATABASE), USER, PASSWORD.value());
        Statement statement = connection.createStatement()) {
      statement.execute("CREATE DATABASE " + name);
      return server.url(name);
    } catch (SQLException e) {
      throw new IllegalStateException(name, e);
    }
  }

  /** Ends it as if its machine had stopped. */
  public void kill() {
    server.kill();
  }

  /** Starts it again, at the same address. */
  public void startAgain() {
    server.start(port, List.of("fsync=off"));
  }

  @Override
  public void close() {
    server.kill();
  }

  private static int freePort() {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Path unpacked() {
    try (InputStream archive =
        TestPostgres.class.getResourceAsStream("/" + PostgresPrograms.ARCHIVE)) {
      Path folder = Files.createTempDirectory("longtake-postgres-");
      // The server may have to be started as another user than this one.
      Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
      Runtime.getRuntime().addShutdownHook(new Thread(() -> removeAfterServers(folder)));
      PostgresPrograms.unpack(archive, folder.resolve("postgres"));
      return folder;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Hooks run side by side, and servers still write while they end. */
  private static void removeAfterServers(Path folder) {
    for (int i = 1; i <= nextServer.get(); i++) {
      new LocalPostgres(folder.resolve("postgres/bin"), folder.resolve("server-" + i)).kill();
    }
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}

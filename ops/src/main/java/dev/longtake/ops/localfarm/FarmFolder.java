package dev.longtake.ops.localfarm;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.longtake.error.ErrorCode;
import dev.longtake.error.LongtakeException;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.Optional;
import java.util.function.Supplier;

/** Where everything of a farm on this machine is, below one folder. */
final class FarmFolder {

  /** The only bucket. */
  static final String BUCKET = "farm";

  private static final ObjectMapper JSON = new ObjectMapper();

  private final Path root;

  FarmFolder(Path root) {
    this.root = root.toAbsolutePath().normalize();
  }

  Path root() {
    return root;
  }

  Path postgres() {
    return root.resolve("postgresql");
  }

  Path postgresPrograms() {
    return root.resolve("postgresql-programs");
  }

  Path objects() {
    return root.resolve("objects");
  }

  /** Of what a program has of its own. */
  Path data(String name) {
    return root.resolve(name);
  }

  Path log(String name) {
    return root.resolve("logs").resolve(name + ".log");
  }

  Path settings(String name) {
    return root.resolve("settings").resolve(name + ".conf");
  }

  /** Settings of all coordinators that a person has written, which count more; mostly none. */
  String further() {
    Path file = root.resolve("settings/further.conf");
    try {
      return Files.exists(file) ? Files.readString(file) : "";
    } catch (IOException e) {
      throw unusable("cannot be read", e);
    }
  }

  Path journalPassword() {
    return root.resolve("settings/journal-password");
  }

  Path storageKeys() {
    return root.resolve("settings/storage-keys");
  }

  private Path record() {
    return root.resolve("farm.json");
  }

  private Path secrets() {
    return root.resolve("settings/secrets.json");
  }

  /** Makes the folders that all need. */
  void create() {
    try {
      Files.createDirectories(root.resolve("logs"));
      Files.createDirectories(root.resolve("settings"));
      Files.createDirectories(objects().resolve(BUCKET));
      // PostgreSQL may have to run as another user: it passes through, and sees nothing else.
      Files.setPosixFilePermissions(root, PosixFilePermissions.fromString("rwx--x--x"));
      for (String folder : new String[] {"logs", "settings", "objects"}) {
        Files.setPosixFilePermissions(
            root.resolve(folder), PosixFilePermissions.fromString("rwx------"));
      }
    } catch (IOException e) {
      throw unusable("cannot be made", e);
    }
  }

  /** What was brought up here; empty if nothing was, or all was brought down. */
  Optional<FarmRecord> read() {
    if (!Files.exists(record())) {
      return Optional.empty();
    }
    return Optional.of(read(record(), FarmRecord.class));
  }

  void write(FarmRecord farm) {
    write(record(), json(farm));
  }

  /** From here on nothing is up. */
  void forget() {
    try {
      Files.deleteIfExists(record());
    } catch (IOException e) {
      throw unusable("cannot be written", e);
    }
  }

  /** The same for as long as the folder is there: the database keeps its password. */
  FarmSecrets readOrMakeSecrets() {
    if (Files.exists(secrets())) {
      return read(secrets(), FarmSecrets.class);
    }
    FarmSecrets made = FarmSecrets.random(new SecureRandom());
    write(secrets(), json(made));
    write(journalPassword(), made.journal());
    write(storageKeys(), made.storageKeys());
    return made;
  }

  /** Writes a file whole or not at all. */
  void write(Path file, String text) {
    try {
      Path part = file.resolveSibling(file.getFileName() + ".part");
      Files.writeString(part, text);
      Files.move(part, file, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      throw unusable("cannot be written", e);
    }
  }

  /**
   * Does something while nobody else brings this farm up or down.
   *
   * @throws LongtakeException with {@link ErrorCode#WRONG_STATE} if somebody does so now
   */
  <T> T locked(Supplier<T> work) {
    Path file = root.resolve("lock");
    try (FileChannel channel =
        FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
      if (channel.tryLock() == null) {
        throw busy();
      }
      return work.get();
    } catch (IOException e) {
      throw unusable("cannot be locked", e);
    }
  }

  private LongtakeException busy() {
    return new LongtakeException(
        ErrorCode.WRONG_STATE,
        "%s: expected nobody else to bring this farm up or down, found that somebody does"
            .formatted(root));
  }

  private <T> T read(Path file, Class<T> type) {
    try {
      return JSON.readValue(Files.readAllBytes(file), type);
    } catch (IOException e) {
      throw unusable("cannot be read", e);
    }
  }

  private static String json(Object value) {
    try {
      return JSON.writerWithDefaultPrettyPrinter().writeValueAsString(value) + "\n";
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("records of texts and numbers have a JSON form", e);
    }
  }

  private LongtakeException unusable(String what, IOException cause) {
    return new LongtakeException(
        ErrorCode.FILE_UNUSABLE, "%s: %s: %s".formatted(root, what, cause), cause);
  }
}

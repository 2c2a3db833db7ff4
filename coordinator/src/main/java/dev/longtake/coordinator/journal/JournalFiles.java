package dev.longtake.coordinator.journal;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import org.h2.store.fs.FilePath;
import org.h2.store.fs.FilePathWrapper;

/**
 * How H2 opens the files of an embedded journal: every write has reached the disk when it returns,
 * and somebody is told when a disk refuses.
 *
 * <p>Of itself H2 never asks the system for the first when it commits, whatever its {@code
 * WRITE_DELAY}, and takes no notice of {@code ACCESS_MODE_DATA=rwd}; but it lets others open its
 * files. When a write fails it closes the database, and opens it again for the next connection, so
 * that each event would fail anew.
 *
 * <p>H2 makes instances by itself, so class and constructor are public, and what holds for a folder
 * is looked up.
 */
public final class JournalFiles extends FilePathWrapper {

  private static final String SCHEME = "journal";

  /** H2's files that stay open when a thread that uses them is interrupted. */
  private static final String BASE = "async:";

  private static final Use UNWATCHED = new Use(true, failure -> {});
  private static final Map<String, Use> USES = new ConcurrentHashMap<>();

  /**
   * How the files of a folder are used.
   *
   * @param isForced whether a write waits for the disk
   * @param onFailure told when a file could not be read or written, perhaps again and again
   */
  record Use(boolean isForced, Consumer<IOException> onFailure) {}

  /** For H2. */
  public JournalFiles() {}

  /**
   * The address of a database in such files.
   *
   * @param file without its ending
   */
  static String url(Path file) {
    FilePath.register(new JournalFiles()); // Repeating it changes nothing.
    return "jdbc:h2:" + SCHEME + ":" + BASE + file;
  }

  /** From now on files in this folder are opened so. */
  static void use(Path folder, Use use) throws IOException {
    USES.put(folder.toRealPath().toString(), use);
  }

  @Override
  public String getScheme() {
    return SCHEME;
  }

  @Override
  public FileChannel open(String mode) throws IOException {
    String folder = getBase().toRealPath().unwrap().getParent().toString();
    Use use = USES.getOrDefault(folder, UNWATCHED);
    boolean isForced = use.isForced() && mode.equals("rw");
    return new WatchedFile(getBase().open(isForced ? "rwd" : mode), use.onFailure());
  }
}

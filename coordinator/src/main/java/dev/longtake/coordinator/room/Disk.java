package dev.longtake.coordinator.room;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A disk that is watched.
 *
 * @param what is on it, for messages and metrics: {@code journal}
 * @param place where, for messages
 */
public record Disk(String what, String place, FreeBytes free) {

  /** The disk that a folder is on. */
  public static Disk of(String what, Path folder) {
    return new Disk(what, folder.toString(), () -> Files.getFileStore(folder).getUsableSpace());
  }

  /** Asks what is free now; may wait for the disk. */
  @FunctionalInterface
  public interface FreeBytes {
    long ask() throws IOException;
  }
}

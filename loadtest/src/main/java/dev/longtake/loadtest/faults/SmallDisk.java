package dev.longtake.loadtest.faults;

import dev.longtake.error.LongtakeException;
import java.nio.file.Path;
import java.util.Optional;

/** A small disk in memory under a folder, which can be filled. Only root can make one. */
final class SmallDisk {

  private static final String SIZE = "size=256m";

  private SmallDisk() {}

  /** Puts one there, if that is possible and has not been done. */
  static void mount(Path folder) {
    if (obstacle(folder).isPresent()) {
      try {
        Machine.run("mount", "-t", "tmpfs", "-o", SIZE, "tmpfs", folder.toString());
      } catch (LongtakeException e) {
        return; // obstacle() tells.
      }
    }
  }

  /** Takes it away. */
  static void unmount(Path folder) {
    if (obstacle(folder).isEmpty()) {
      Machine.run("umount", folder.toString());
    }
  }

  /** Why the folder cannot be filled; empty if it has a disk of its own. */
  static Optional<String> obstacle(Path folder) {
    try {
      return Machine.result("mountpoint", "-q", folder.toString()).status() == 0
          ? Optional.empty()
          : Optional.of(
              "the folder of artifacts has no small disk of its own, which root can make");
    } catch (LongtakeException e) {
      return Optional.of("there is no mountpoint command");
    }
  }
}

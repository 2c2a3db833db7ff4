package dev.longtake.tensor.cuda;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Arrays;

/**
 * A native library of a jar, unpacked where nobody else can have prepared another one: into a
 * folder that nobody else can write, written whole and then named, and compared before it is used
 * again. Processes that start together do not see each other's halves.
 */
final class PrivateLibrary {

  private static final int GROUP_OR_OTHERS_WRITE = 0022;
  private static final int STICKY = 01000;
  private static final int ROOT = 0;

  private PrivateLibrary() {}

  /**
   * Unpacks it.
   *
   * @param base is used if it and all above it are private, or can be made so; else a new folder of
   *     the system's for temporary files, which goes when the process ends
   * @return the file
   */
  static Path unpack(byte[] library, String name, Path base) throws IOException {
    Path folder = privateFolder(base);
    Path file = folder.resolve(name);
    if (!isWhole(file, library)) {
      Path fresh = Files.createTempFile(folder, "fresh", ".tmp");
      try {
        Files.write(fresh, library);
        Files.move(
            fresh, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
      } finally {
        // Of a full disk; else it has its name already.
        Files.deleteIfExists(fresh);
      }
    }
    if (!folder.equals(base)) {
      folder.toFile().deleteOnExit();
      file.toFile().deleteOnExit();
    }
    return file;
  }

  private static boolean isWhole(Path file, byte[] library) throws IOException {
    return Files.isRegularFile(file) && Arrays.equals(Files.readAllBytes(file), library);
  }

  private static Path privateFolder(Path base) throws IOException {
    try {
      Files.createDirectories(base);
      if (isPrivate(base)) {
        return base;
      }
    } catch (IOException e) {
      // A home that cannot be written, as in many containers.
    }
    return Files.createTempDirectory("longtake-native");
  }

  /** Whether this user and root alone can change what lies there, or rename a folder above it. */
  static boolean isPrivate(Path folder) throws IOException {
    Path probe = Files.createTempFile(folder, "probe", ".tmp");
    Object user = Files.getAttribute(probe, "unix:uid");
    Files.delete(probe);
    for (Path at = folder.toRealPath(); at != null; at = at.getParent()) {
      int owner = (int) Files.getAttribute(at, "unix:uid");
      int mode = (int) Files.getAttribute(at, "unix:mode");
      boolean isOpen = (mode & GROUP_OR_OTHERS_WRITE) != 0;
      // In a sticky folder others may add names, but not change those of ours.
      boolean isSticky = (mode & STICKY) != 0 && !at.equals(folder.toRealPath());
      if ((owner != (int) user && owner != ROOT) || (isOpen && !isSticky)) {
        return false;
      }
    }
    return true;
  }
}

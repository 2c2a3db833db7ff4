package dev.longtake.postgres;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * How a program that refuses to be the root's is started by a process that is: in a user namespace
 * of its own, where it has no rights beyond those of a file's owner; or, where that is not allowed,
 * as in many containers, as the user who owns nothing.
 */
final class Unprivileged {

  private static final String NOBODY = "65534";
  private static final List<String> NAMESPACE = List.of("unshare", "-U");
  private static final List<String> AS_NOBODY =
      List.of("setpriv", "--reuid=" + NOBODY, "--regid=" + NOBODY, "--clear-groups");

  private Unprivileged() {}

  /** What stands before the program's own command line. */
  static List<String> prefix() {
    return Holder.PREFIX;
  }

  /** Lets programs that are started so write in this folder. */
  static void own(Path folder) throws IOException {
    if (prefix().equals(AS_NOBODY)
        && !succeeds(List.of("chown", "-R", NOBODY + ":" + NOBODY, folder.toString()))) {
      throw new IOException("cannot give it to user " + NOBODY);
    }
  }

  private static final class Holder {
    static final List<String> PREFIX = find();

    private static List<String> find() {
      if (!isRoot()) {
        return List.of();
      }
      return succeeds(List.of("unshare", "-U", "true")) ? NAMESPACE : AS_NOBODY;
    }
  }

  private static boolean isRoot() {
    try {
      return Files.getAttribute(Path.of("/proc/self"), "unix:uid") instanceof Integer uid
          && uid == 0;
    } catch (IOException | UnsupportedOperationException e) {
      return false;
    }
  }

  private static boolean succeeds(List<String> command) {
    try {
      return new ProcessBuilder(command)
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .start()
              .waitFor()
          == 0;
    } catch (IOException e) {
      return false;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }
}

package dev.longtake.tensor.cuda;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import jcuda.JCudaVersion;
import jcuda.LibUtils;
import jcuda.driver.JCudaDriver;

/**
 * JCuda's native part. Left alone, JCuda unpacks it to a fixed name in the system's folder for
 * temporary files and loads whatever lies there under this name, half written by another process or
 * put there by another user.
 */
final class JcudaLibrary {

  private static final String TEMPORARY = "java.io.tmpdir";

  private static boolean isLoaded;

  private JcudaLibrary() {}

  /**
   * Loads it, the first time. JCuda asks for the folder for temporary files when its class starts;
   * for that moment it is one that holds the library already. Java's own temporary files are not
   * moved by it: it has asked before.
   *
   * @param base folder to unpack to, if it can be kept private
   * @throws LinkageError if it cannot be unpacked or loaded, saying why in a line
   */
  @SuppressWarnings("restricted") // Loading it is this class's purpose.
  static synchronized void load(Path base) {
    if (isLoaded) {
      return;
    }
    String name =
        LibUtils.createLibraryFileName(
            LibUtils.createPlatformLibraryName("JCudaDriver-" + JCudaVersion.get()));
    String before = System.getProperty(TEMPORARY);
    try {
      Path library = PrivateLibrary.unpack(read(name), name, base);
      // JCuda would tell a failure in a page; and its class could not be tried a second time.
      System.load(library.toAbsolutePath().toString());
      System.setProperty(TEMPORARY, String.valueOf(library.getParent()));
      JCudaDriver.setExceptionsEnabled(false);
      isLoaded = true;
    } catch (IOException e) {
      throw (UnsatisfiedLinkError)
          new UnsatisfiedLinkError("cannot unpack " + name + ": " + e).initCause(e);
    } finally {
      System.setProperty(TEMPORARY, before);
    }
  }

  private static byte[] read(String name) throws IOException {
    try (InputStream stream = JCudaDriver.class.getResourceAsStream("/lib/" + name)) {
      if (stream == null) {
        throw new UnsatisfiedLinkError("JCuda has no " + name + "; it has one for x86-64");
      }
      return stream.readAllBytes();
    }
  }
}

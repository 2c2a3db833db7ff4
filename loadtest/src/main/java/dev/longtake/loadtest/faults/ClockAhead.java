package dev.longtake.loadtest.faults;

import dev.longtake.error.ErrorCode;
import dev.longtake.error.LongtakeException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** A library that a program is started with which then believes that it is an hour later. */
final class ClockAhead {

  private static final String COMPILER = "cc";

  private ClockAhead() {}

  /** Why there is none; empty if there is. */
  static Optional<String> obstacle() {
    try {
      return Machine.result(COMPILER, "--version").status() == 0
          ? Optional.empty()
          : Optional.of("the C compiler does not run");
    } catch (LongtakeException e) {
      return Optional.of("there is no C compiler");
    }
  }

  /** Makes it, in this folder, if it is not there. */
  static Path library(Path folder) {
    Path library = folder.resolve("clock.so").toAbsolutePath();
    if (!Files.exists(library)) {
      Path source = folder.resolve("clock.c");
      try (InputStream in = ClockAhead.class.getResourceAsStream("clock.c")) {
        if (in == null) {
          throw new IllegalStateException("clock.c: expected it in the jar, found nothing");
        }
        Files.write(source, in.readAllBytes());
      } catch (IOException e) {
        throw new LongtakeException(ErrorCode.FILE_UNUSABLE, source + ": " + e, e);
      }
      Machine.run(
          COMPILER, "-shared", "-fPIC", "-o", library.toString(), source.toString(), "-ldl");
    }
    return library;
  }
}

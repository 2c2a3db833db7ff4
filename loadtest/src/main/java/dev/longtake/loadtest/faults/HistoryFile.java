package dev.longtake.loadtest.faults;

import dev.longtake.error.ErrorCode;
import dev.longtake.error.LongtakeException;
import dev.longtake.loadtest.faults.history.Happening;
import dev.longtake.loadtest.faults.history.Histories;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** What happened in the rendering of one story, in memory and at its end in a file; thread-safe. */
final class HistoryFile {

  private final List<Happening> happenings = new ArrayList<>();

  synchronized void add(Happening happening) {
    happenings.add(happening);
  }

  synchronized List<Happening> all() {
    return List.copyOf(happenings);
  }

  /** Writes it, a line each. */
  void write(Path file) {
    try {
      Files.write(file, all().stream().map(Histories::line).toList());
    } catch (IOException e) {
      throw new LongtakeException(ErrorCode.FILE_UNUSABLE, file + ": " + e, e);
    }
  }
}

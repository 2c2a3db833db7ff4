package dev.longtake.worker;

import dev.longtake.error.ErrorCode;
import dev.longtake.error.LongtakeException;
import java.nio.file.Path;

/** The checkpoint of a folder on this machine's backend. */
final class VideoEngine {

  private VideoEngine() {}

  static Engine open(Path modelFolder, int threads) {
    if (threads > 0) {
      throw new LongtakeException(
          ErrorCode.ENGINE_FAILED, "no engine yet for " + modelFolder + " on " + threads);
    }
    throw new IllegalArgumentException("threads: " + threads);
  }
}

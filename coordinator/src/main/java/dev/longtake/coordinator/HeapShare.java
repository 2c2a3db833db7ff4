package dev.longtake.coordinator;

/** Slabs and joined shots are on the heap: their limits have to be reached before its own is. */
final class HeapShare {

  private HeapShare() {}

  /** So many hundredths of the largest heap, in bytes. */
  static long bytes(int percent) {
    return Runtime.getRuntime().maxMemory() / 100 * percent;
  }
}

package dev.longtake.render.transfer;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/** Reads finished futures. */
public final class Futures {

  private Futures() {}

  /** The value of a finished future; throws what it failed with. */
  public static <T> T value(CompletableFuture<T> finished) {
    try {
      return finished.join();
    } catch (CompletionException e) {
      switch (e.getCause()) {
        case RuntimeException cause -> throw cause;
        case Error cause -> throw cause;
        case null, default -> throw e;
      }
    }
  }
}

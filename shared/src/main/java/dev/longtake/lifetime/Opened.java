package dev.longtake.lifetime;

import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/**
 * What a constructor or a factory has opened so far. Closing it closes the parts, the last one
 * first, unless {@link #keep} has handed them to what they were opened for:
 *
 * <pre>{@code
 * try (Opened opened = new Opened()) {
 *   Backend backend = opened.add(device.open());
 *   Model model = opened.add(Model.open(folder, backend));
 *   return opened.keep(new Engine(backend, model));
 * }
 * }</pre>
 *
 * <p>Used by one thread.
 */
public final class Opened implements AutoCloseable {

  private final Deque<AutoCloseable> parts = new ArrayDeque<>();

  /** Takes in a part, and gives it back. */
  public <T extends AutoCloseable> T add(T part) {
    parts.push(part);
    return part;
  }

  /** Says that all went well: the owner closes the parts from now on. Gives back the owner. */
  public <T> T keep(T owner) {
    parts.clear();
    return owner;
  }

  /**
   * Closes the parts that nobody keeps. Each one is closed whatever happens to the others.
   *
   * @throws IllegalStateException if some could not be closed, with each failure suppressed in it
   */
  @Override
  public void close() {
    @Nullable IllegalStateException failure = null;
    while (!parts.isEmpty()) {
      AutoCloseable part = parts.pop();
      try {
        part.close();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      } catch (Exception e) {
        if (failure == null) {
          failure = new IllegalStateException("parts could not be closed, the first: " + part);
        }
        failure.addSuppressed(e);
      }
    }
    if (failure != null) {
      throw failure;
    }
  }
}

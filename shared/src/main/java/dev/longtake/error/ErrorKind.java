package dev.longtake.error;

/** Who has to act on a failure. Decides the retry policy and the metric label. */
public enum ErrorKind {
  /** The request is wrong; repeating it unchanged cannot help. */
  CALLER(false),
  /** A limit is reached; the same request may succeed later. */
  BUSY(true),
  /** This worker could not do it; another one may. */
  WORKER(true),
  /** A broken invariant; somebody has to read a log. */
  BUG(false);

  private final boolean retryable;

  ErrorKind(boolean retryable) {
    this.retryable = retryable;
  }

  /** Whether repeating the same work, later or elsewhere, can succeed. */
  public boolean isRetryable() {
    return retryable;
  }

  /** The value of the metric label {@code error_kind}. */
  public String label() {
    return name().toLowerCase(java.util.Locale.ROOT);
  }
}

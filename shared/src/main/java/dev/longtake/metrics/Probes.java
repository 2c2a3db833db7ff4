package dev.longtake.metrics;

import java.util.Optional;

/** What a process says when it is asked how it is, on any thread, at once. */
public interface Probes {

  /** Why it has to be started again, in a line; empty while it need not. */
  Optional<String> whyNotLive();

  /** Why it cannot do its work now, in a line; empty if it can. */
  Optional<String> whyNotReady();
}

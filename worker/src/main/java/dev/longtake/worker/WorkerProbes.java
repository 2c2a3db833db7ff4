package dev.longtake.worker;

import dev.longtake.metrics.Probes;
import java.util.Optional;

/** How far a worker's start is. Moved by its engine's thread, asked on any. */
final class WorkerProbes implements Probes {

  private volatile Optional<String> whyNotReady = Optional.of("the model is being opened");
  private volatile Optional<String> whyNotLive = Optional.empty();

  /** The model is there, and has denoised nothing yet. */
  void opened() {
    whyNotReady = Optional.of("the model takes its first step");
  }

  /** The model has denoised something. */
  void denoised() {
    whyNotReady = Optional.empty();
  }

  /** It renders no more. */
  void ends(String why) {
    whyNotReady = Optional.of(why);
  }

  /** It cannot go on. */
  void failed(String why) {
    whyNotLive = Optional.of(why);
    whyNotReady = Optional.of(why);
  }

  @Override
  public Optional<String> whyNotLive() {
    return whyNotLive;
  }

  @Override
  public Optional<String> whyNotReady() {
    return whyNotReady;
  }
}

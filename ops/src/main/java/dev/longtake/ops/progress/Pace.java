package dev.longtake.ops.progress;

import dev.longtake.story.status.ShotState;
import dev.longtake.story.status.ShotStatus;
import dev.longtake.story.status.StoryStatus;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * How fast a story gets on, from the statuses seen so far. Shots that were taken from an earlier
 * rendering count neither as work nor as speed.
 */
final class Pace {

  /** Share of denoising in the work on a frame, roughly; the rest is decoding. */
  private static final double DENOISE_SHARE = 0.85;

  private static final Duration FIRST_GUESS = Duration.ofSeconds(3);

  private @Nullable Duration firstAt;
  private double firstFrames;
  private Duration lastAt = Duration.ZERO;
  private double lastFrames;
  private double framesLeft;

  /** Takes in a status that arrived {@code elapsed} after the start. */
  void add(StoryStatus status, Duration elapsed) {
    double done = 0;
    double all = 0;
    for (ShotStatus shot : status.shots()) {
      if (!shot.reused()) {
        done += fraction(shot) * shot.frameCount();
        all += shot.frameCount();
      }
    }
    if (firstAt == null && done > 0) {
      firstAt = elapsed;
      firstFrames = done;
    }
    lastAt = elapsed;
    lastFrames = done;
    framesLeft = all - done;
  }

  /** How much of a shot's work is done, 0 to 1. */
  static double fraction(ShotStatus shot) {
    if (shot.state() == ShotState.DONE) {
      return 1;
    }
    return DENOISE_SHARE * shot.counts().steps().fraction()
        + (1 - DENOISE_SHARE) * shot.counts().segments().fraction();
  }

  /** Frames a second since the first step; empty until there is something to measure. */
  Optional<Double> framesPerSecond() {
    if (firstAt == null) {
      return Optional.empty();
    }
    Duration measured = lastAt.minus(firstAt);
    double frames = lastFrames - firstFrames;
    return measured.compareTo(FIRST_GUESS) < 0 || frames <= 0
        ? Optional.empty()
        : Optional.of(frames / (measured.toMillis() / 1000.0));
  }

  /** About how long the rest takes, seen at {@code elapsed} after the start. */
  Optional<Duration> timeLeft(Duration elapsed) {
    return framesPerSecond()
        .map(speed -> Duration.ofMillis(Math.round(1000 * framesLeft / speed)))
        .map(left -> left.minus(elapsed.minus(lastAt)))
        .map(left -> left.isNegative() ? Duration.ZERO : left);
  }
}

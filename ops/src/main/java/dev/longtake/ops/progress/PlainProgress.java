package dev.longtake.ops.progress;

import dev.longtake.ops.console.Console;
import dev.longtake.ops.console.Words;
import dev.longtake.story.status.Count;
import dev.longtake.story.status.ShotState;
import dev.longtake.story.status.ShotStatus;
import dev.longtake.story.status.StoryState;
import dev.longtake.story.status.StoryStatus;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Progress for logs and pipes: a line per change of state, and one every few seconds between. */
final class PlainProgress implements ProgressView {

  private static final Duration BETWEEN_LINES = Duration.ofSeconds(5);

  private final Console console;
  private final InstantSource clock;
  private final Instant start;
  private final Pace pace = new Pace();
  private final Map<String, ShotState> states = new HashMap<>();
  private @Nullable StoryState state;
  private boolean assembling;
  private Optional<String> heldUp = Optional.empty();
  private Duration lastLine = Duration.ZERO;

  PlainProgress(Console console, InstantSource clock, Instant start) {
    this.console = console;
    this.clock = clock;
    this.start = start;
  }

  @Override
  public void show(StoryStatus status) {
    Duration elapsed = Duration.between(start, clock.instant());
    pace.add(status, elapsed);
    if (status.state() != state) {
      state = status.state();
      say(elapsed, sentence(status));
    }
    if (!status.renderers().heldUp().equals(heldUp)) {
      heldUp = status.renderers().heldUp();
      say(elapsed, heldUp.map(why -> "nothing new is begun: " + why).orElse("work goes on"));
    }
    for (ShotStatus shot : status.shots()) {
      ShotState before = states.put(shot.shotId(), shot.state());
      if (shot.state() != before && shot.state() != ShotState.WAITING) {
        say(elapsed, sentence(shot));
      }
    }
    if (status.film().assembling() && !assembling) {
      assembling = true;
      say(elapsed, "putting the film together");
    }
    if (elapsed.minus(lastLine).compareTo(BETWEEN_LINES) >= 0
        && status.state() == StoryState.RUNNING
        && !status.film().assembling()) {
      say(elapsed, summary(status, elapsed));
    }
  }

  private static String sentence(StoryStatus status) {
    return switch (status.state()) {
      case PENDING -> status.name() + ": waiting for a worker";
      case RUNNING ->
          "%s: rendering %s with %s"
              .formatted(
                  status.name(),
                  Words.count(status.shots().size(), "shot"),
                  status.renderers().engineClass());
      case SUCCEEDED -> status.name() + ": done";
      case FAILED -> status.name() + ": failed";
      case CANCELLED -> status.name() + ": cancelled";
    };
  }

  private static String sentence(ShotStatus shot) {
    return switch (shot.state()) {
      case WAITING -> "shot %s: waiting".formatted(shot.shotId());
      case DENOISING ->
          "shot %s: denoising %s, %s"
              .formatted(
                  shot.shotId(),
                  Words.count(shot.counts().chunks().total(), "chunk"),
                  Words.count(shot.counts().steps().total(), "step"));
      case DECODING ->
          "shot %s: decoding %s"
              .formatted(shot.shotId(), Words.count(shot.counts().segments().total(), "segment"));
      case DONE ->
          "shot %s: done, %s%s"
              .formatted(
                  shot.shotId(),
                  Words.count(shot.frameCount(), "frame"),
                  shot.reused() ? " (taken from an earlier rendering)" : "");
    };
  }

  private String summary(StoryStatus status, Duration elapsed) {
    Count steps =
        status.shots().stream().map(shot -> shot.counts().steps()).reduce(Count.NONE, Count::plus);
    long done = status.shots().stream().filter(it -> it.state() == ShotState.DONE).count();
    StringBuilder line = new StringBuilder();
    line.append(
        "%d of %s done, step %d/%d"
            .formatted(
                done, Words.count(status.shots().size(), "shot"), steps.done(), steps.total()));
    pace.framesPerSecond()
        .ifPresent(speed -> line.append(", %s frames/s".formatted(Words.number(speed, 1))));
    pace.timeLeft(elapsed)
        .ifPresent(left -> line.append(", about %s left".formatted(Words.duration(left))));
    return line.toString();
  }

  private void say(Duration elapsed, String line) {
    console.tell("%7s  %s".formatted(Words.seconds(elapsed.toMillis() / 1000.0), line));
    lastLine = elapsed;
  }

  @Override
  public void close() {}
}

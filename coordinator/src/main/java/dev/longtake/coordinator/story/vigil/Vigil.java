package dev.longtake.coordinator.story.vigil;

import dev.longtake.coordinator.story.StepCounts;
import dev.longtake.coordinator.story.StoryProgress;
import dev.longtake.coordinator.story.moves.Moved;
import dev.longtake.coordinator.story.vigil.Stillness.Still;
import dev.longtake.error.ErrorCode;
import dev.longtake.error.ErrorKind;
import dev.longtake.lease.Report;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.function.IntConsumer;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Watches over one story, and says what is remarkable. Not safe for several threads. */
public final class Vigil {

  private static final Logger log = LoggerFactory.getLogger(Vigil.class);

  private final String storyId;
  private final Stillness stillness;
  private final IntConsumer meter;
  private final Runnable later;
  private boolean isAwaited;
  private List<Still> still = List.of();

  /**
   * Nothing was looked at yet.
   *
   * @param meter told how many shots more, or fewer, stand still
   * @param later has {@link #look} called after a while, once
   */
  public Vigil(String storyId, Stillness.Patience patience, IntConsumer meter, Runnable later) {
    this.storyId = storyId;
    this.stillness = new Stillness(patience);
    this.meter = meter;
    this.later = later;
  }

  /** Has the story looked at after a while, as long as it goes on. */
  public void goOn(StoryProgress story) {
    if (!isAwaited && story.isOpen()) {
      isAwaited = true;
      later.run();
    }
  }

  /**
   * Looks at the story, says what is new, and goes on.
   *
   * @return whether something stands still that did not at the last look
   */
  public boolean look(StoryProgress story, StepCounts steps, Instant now) {
    isAwaited = false;
    goOn(story);
    List<Still> found = stillness.look(story, steps, now);
    Set<String> before = ids(still);
    for (Still shot : found) {
      if (!before.contains(shot.shotId())) {
        log.warn("story={} {}", storyId, shot.sentence(now));
      }
    }
    Set<String> after = ids(found);
    before.stream()
        .filter(id -> !after.contains(id))
        .forEach(id -> log.info("story={} shot {} moves again, or has ended", storyId, id));
    note(found);
    return !before.containsAll(after);
  }

  private static Set<String> ids(List<Still> shots) {
    return shots.stream().map(Still::shotId).collect(Collectors.toSet());
  }

  private void note(List<Still> now) {
    int change = now.size() - still.size();
    still = now;
    if (change != 0) {
      meter.accept(change);
    }
  }

  /** No worker of this engine class is left. */
  public void unpinned(String engineClass) {
    log.info(
        "story={} engineClass={} no worker of it is left: it waits for another one",
        storyId,
        engineClass);
  }

  /** Chunks go to other workers though theirs is well. */
  public void moves(Moved moved) {
    moved
        .released()
        .forEach(
            it ->
                log.info(
                    "story={} shot={} chunks={} leave worker={}: {}",
                    storyId,
                    it.shotIndex(),
                    it.indexes(),
                    moved.worker(),
                    moved.evidence()));
  }

  /** A task without which the story cannot go on has failed. */
  public void broke(ErrorCode code, String message, Throwable cause) {
    if (code.kind() == ErrorKind.BUG) {
      log.error("story={} {}", storyId, message, cause);
    } else {
      log.info("story={} {}", storyId, message);
    }
  }

  /** A shot begins anew, because of what a worker says of one of its chunks. */
  public void beginsAnew(Report report) {
    log.warn(
        "story={} shot={} chunk={} begins anew with its shot: {}",
        storyId,
        report.lease().shotIndex(),
        report.lease().index(),
        report.progress());
  }

  /** Another coordinator has claimed the story. */
  public void yields(String writer) {
    log.warn("story={} is written by {} now, no longer by this process", storyId, writer);
  }

  /** The story's actor stops here: what stands still is counted elsewhere. */
  public void end() {
    note(List.of());
  }

  /**
   * What stands still, in sentences for people; empty if everything moves.
   *
   * @param also what is said beside that, in the same form
   */
  public String sentence(Instant now, String also) {
    return Stream.concat(still.stream().map(shot -> shot.sentence(now)), Stream.of(also))
        .filter(it -> !it.isEmpty())
        .collect(Collectors.joining("; "));
  }
}

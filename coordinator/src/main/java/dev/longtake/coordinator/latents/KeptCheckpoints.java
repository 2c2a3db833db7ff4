package dev.longtake.coordinator.latents;

import dev.longtake.coordinator.artifacts.CheckpointArchive;
import dev.longtake.coordinator.story.CheckpointNews;
import dev.longtake.error.ErrorCode;
import dev.longtake.error.ErrorKind;
import dev.longtake.error.LongtakeException;
import dev.longtake.latent.CheckpointKey;
import dev.longtake.latent.LatentStore;
import dev.longtake.latent.PutOutcome;
import dev.longtake.metrics.Metrics;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Checkpoints, in the latent store and behind it in the archive. The store is where they are read
 * from, as long as it has room for them; the archive is a safety net: while it fails, stories go on
 * without it, one line says so, and the failures are counted. Safe for any number of threads; calls
 * wait for a disk or a network.
 */
public final class KeptCheckpoints {

  private static final Logger log = LoggerFactory.getLogger(KeptCheckpoints.class);

  private final LatentStore store;
  private final CheckpointArchive archive;
  private final Metrics metrics;
  private final AtomicBoolean isFailing = new AtomicBoolean();

  /** Stories of which something could not be removed. */
  private final Set<String> unremoved = ConcurrentHashMap.newKeySet();

  public KeptCheckpoints(LatentStore store, CheckpointArchive archive, Metrics metrics) {
    this.store = store;
    this.archive = archive;
    this.metrics = metrics;
  }

  /**
   * Keeps a checkpoint, unless the key is taken.
   *
   * @param told at once when the store has it, and then what became of it in the archive
   * @throws LongtakeException if neither can take it now, with the code of the store; {@link
   *     ErrorCode#DETERMINISM_VIOLATED} if either has another one of the same chunk and step
   */
  public void put(CheckpointKey key, byte[] content, Consumer<CheckpointNews> told) {
    Optional<LongtakeException> refusal = Optional.empty();
    try {
      requireSame(key, store.putCheckpoint(key, content));
      told.accept(CheckpointNews.STORED);
    } catch (LongtakeException e) {
      if (e.code() == ErrorCode.DETERMINISM_VIOLATED) {
        throw e;
      }
      refusal = Optional.of(e); // It may have no room.
    }
    Optional<PutOutcome> archived = archive(key, content);
    archived.ifPresent(outcome -> requireSame(key, outcome));
    told.accept(archived.isPresent() ? CheckpointNews.ARCHIVED : CheckpointNews.NOT_ARCHIVED);
    if (refusal.isPresent() && archived.isEmpty()) {
      throw refusal.get();
    }
  }

  private static void requireSame(CheckpointKey key, PutOutcome outcome) {
    if (outcome == PutOutcome.DIFFERENT) {
      throw new LongtakeException(
          ErrorCode.DETERMINISM_VIOLATED,
          "%s: expected the bytes that were kept before, found others".formatted(key));
    }
  }

  private Optional<PutOutcome> archive(CheckpointKey key, byte[] content) {
    try {
      PutOutcome outcome = archive.put(key, content);
      metrics.checkpointsArchived.inc();
      if (isFailing.compareAndSet(true, false)) {
        log.info("checkpoints are archived again, {} is the first", key);
      }
      return Optional.of(outcome);
    } catch (LongtakeException e) {
      noteFailure(e);
      return Optional.empty();
    }
  }

  /** Says it once, until the archive has taken one again. */
  private void noteFailure(LongtakeException e) {
    metrics.checkpointArchiveFailures.inc();
    if (isFailing.compareAndSet(false, true)) {
      log.warn("checkpoints would not outlive this coordinator now: {}", e.getMessage());
    }
  }

  /**
   * A checkpoint, if it is there and whole.
   *
   * @throws LongtakeException of the kind {@link ErrorKind#BUSY} if it is worth asking again
   */
  public Optional<byte[]> read(CheckpointKey key) {
    return store.checkpoint(key).or(() -> orElse(Optional.empty(), () -> archive.read(key)));
  }

  /**
   * What of a story is in the archive, in no order.
   *
   * @throws LongtakeException of the kind {@link ErrorKind#BUSY} if it is worth asking again
   */
  public List<CheckpointKey> list(String storyId) {
    return orElse(List.of(), () -> archive.list(storyId));
  }

  private interface Question<T> {
    T ask();
  }

  /** What cannot be read, and will not be if it is asked for again, is as good as none. */
  private <T> T orElse(T none, Question<T> question) {
    try {
      return question.ask();
    } catch (LongtakeException e) {
      noteFailure(e);
      if (e.code().kind() == ErrorKind.BUSY) {
        throw e;
      }
      return none;
    }
  }

  /** Removes one from the archive, if that can be done: nobody can go back to it any more. */
  public void remove(CheckpointKey key) {
    orSweptLater(key.storyId(), () -> archive.remove(key));
  }

  /** Removes those of a shot from the archive, if that can be done. */
  public void removeShot(String storyId, int shotIndex) {
    orSweptLater(storyId, () -> archive.removeShot(storyId, shotIndex));
  }

  /** Removes from the archive what was left behind of stories that have ended, by whomever. */
  public void sweep(Predicate<String> hasEnded) {
    List<String> stories;
    try {
      stories = archive.stories();
    } catch (LongtakeException e) {
      noteFailure(e);
      return;
    }
    stories.stream().filter(hasEnded).forEach(this::sweep);
  }

  /** The same of those of which something could not be removed when it was to be. */
  public void sweepUnremoved(Predicate<String> hasEnded) {
    List.copyOf(unremoved).stream().filter(hasEnded).forEach(this::sweep);
  }

  private void sweep(String storyId) {
    unremoved.remove(storyId);
    orSweptLater(storyId, () -> archive.list(storyId).forEach(archive::remove));
  }

  private void orSweptLater(String storyId, Runnable removal) {
    try {
      removal.run();
    } catch (LongtakeException e) {
      unremoved.add(storyId);
      noteFailure(e);
    }
  }
}

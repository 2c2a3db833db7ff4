package dev.longtake.coordinator.story.actor;

import dev.longtake.coordinator.story.CheckpointSteps;
import dev.longtake.coordinator.story.ShotProgress;
import dev.longtake.coordinator.story.StoryEvent;
import dev.longtake.coordinator.story.StoryProgress;
import dev.longtake.digest.Digest;
import dev.longtake.error.ErrorCode;
import dev.longtake.error.LongtakeException;
import dev.longtake.latent.CheckpointKey;
import dev.longtake.plan.StoryPlan;
import dev.longtake.story.status.FilmFile;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/** Does nothing but say that it did. */
final class FakeStoryWork implements StoryWork {

  /** What was asked for, in order. */
  final List<String> calls = new CopyOnWriteArrayList<>();

  /** Calls at which the store is away, each once for each time it stands here. */
  final List<String> failures = new CopyOnWriteArrayList<>();

  /** How often the film cannot be made. */
  final AtomicInteger assemblyFailures = new AtomicInteger();

  @Override
  public void requireRoom(StoryPlan plan, List<StoryEvent.KnownShot> known) {
    calls.add("room");
  }

  @Override
  public List<StoryEvent.KnownShot> findKnown(String tenant, StoryPlan plan) {
    call("known");
    return List.of();
  }

  /** What the archive holds; null if it does not answer. */
  volatile @Nullable List<CheckpointKey> kept = List.of();

  @Override
  public List<CheckpointKey> findCheckpoints(String storyId) {
    calls.add("find checkpoints");
    List<CheckpointKey> found = kept;
    if (found == null) {
      throw new LongtakeException(ErrorCode.UNAVAILABLE, "the archive does not answer");
    }
    return found;
  }

  @Override
  public Digest joinShot(ShotProgress shot) {
    call("join " + shot.plan().shotIndex());
    return Digest.ofText("joined " + shot.plan().shotIndex());
  }

  @Override
  public void rememberShot(String tenant, ShotProgress shot) {
    calls.add("remember " + shot.plan().shotIndex());
  }

  /** For how long nothing may be dropped. */
  volatile Duration doubt = Duration.ZERO;

  @Override
  public Duration doubt() {
    return doubt;
  }

  @Override
  public void forgetLatents(String storyId, int shotIndex) {
    call("forget " + shotIndex);
  }

  @Override
  public void forgetPassed(String storyId, int shotIndex, List<CheckpointSteps.Passed> passed) {
    calls.add("forget passed " + shotIndex);
  }

  @Override
  public FilmFile cutClip(StoryProgress story, ShotProgress shot, BooleanSupplier isUnwanted) {
    call("clip " + shot.plan().shotIndex());
    return new FilmFile(
        "shots/%d.mp4".formatted(shot.plan().shotIndex()), Digest.ofText("clip"), 1);
  }

  @Override
  public List<FilmFile> assembleFilm(StoryProgress story, BooleanSupplier isUnwanted) {
    call("assemble");
    if (assemblyFailures.getAndUpdate(left -> Math.max(0, left - 1)) > 0) {
      throw new LongtakeException(ErrorCode.FILE_UNUSABLE, "no room");
    }
    return List.of(new FilmFile("film.mp4", Digest.ofText("film"), 1));
  }

  private void call(String call) {
    calls.add(call);
    if (failures.remove(call)) {
      throw new LongtakeException(ErrorCode.UNAVAILABLE, "the store is away");
    }
  }
}

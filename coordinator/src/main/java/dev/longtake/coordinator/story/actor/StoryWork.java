package dev.longtake.coordinator.story.actor;

import dev.longtake.coordinator.story.CheckpointSteps;
import dev.longtake.coordinator.story.ShotProgress;
import dev.longtake.coordinator.story.StoryEvent;
import dev.longtake.coordinator.story.StoryProgress;
import dev.longtake.digest.Digest;
import dev.longtake.latent.CheckpointKey;
import dev.longtake.plan.StoryPlan;
import dev.longtake.story.status.FilmFile;
import java.time.Duration;
import java.util.List;
import java.util.function.BooleanSupplier;

/**
 * What has to be done for a story beside deciding: reading, joining, assembling. Called on threads
 * where waiting is allowed; every call may be repeated. Failures are {@code LongtakeException}s.
 */
public interface StoryWork {

  /**
   * Refuses a plan that could not be brought to its end here, before hours are spent on it.
   *
   * @param known shots that need not be rendered
   */
  void requireRoom(StoryPlan plan, List<StoryEvent.KnownShot> known);

  /** Shots of the plan that this tenant had rendered before and whose artifacts are all there. */
  List<StoryEvent.KnownShot> findKnown(String tenant, StoryPlan plan);

  /** The checkpoints of a story that outlived what came before. */
  List<CheckpointKey> findCheckpoints(String storyId);

  /** Joins the latents of a shot's chunks and stores them. */
  Digest joinShot(ShotProgress shot);

  /** Remembers a finished shot for other stories of this tenant. */
  void rememberShot(String tenant, ShotProgress shot);

  /** For how long nothing may be dropped, because this process has stood still; mostly zero. */
  default Duration doubt() {
    return Duration.ZERO;
  }

  /** Drops all slabs and checkpoints of a shot, in the store and in the archive. */
  void forgetLatents(String storyId, int shotIndex);

  /** Drops slabs and checkpoints of a shot that its chunks are past. */
  void forgetPassed(String storyId, int shotIndex, List<CheckpointSteps.Passed> passed);

  /**
   * Encodes a finished shot by itself and stores it.
   *
   * @param isUnwanted asked now and then; true if the result is of no use any more
   */
  FilmFile cutClip(StoryProgress story, ShotProgress shot, BooleanSupplier isUnwanted);

  /**
   * Makes the film and what goes with it, and stores them.
   *
   * @param story has all its clips; they are among the files
   * @param isUnwanted asked now and then; true if the result is of no use any more
   */
  List<FilmFile> assembleFilm(StoryProgress story, BooleanSupplier isUnwanted);
}

package dev.longtake.coordinator.story.actor;

import dev.longtake.coordinator.story.StoryEvent.KnownShot;
import dev.longtake.coordinator.story.StoryTask;
import dev.longtake.digest.Digest;
import dev.longtake.error.ErrorCode;
import dev.longtake.error.LongtakeException;
import dev.longtake.latent.CheckpointKey;
import dev.longtake.story.status.FilmFile;
import java.util.List;

/** A task of a story has come to its end. Means something while the story goes on. */
sealed interface TaskEnded extends StoryCommand {

  /** The task. */
  StoryTask task();

  /** Shots that were rendered before. */
  record Found(StoryTask.FindKnown task, List<KnownShot> known) implements TaskEnded {}

  /** The story's checkpoints in the archive. */
  record Kept(StoryTask.FindCheckpoints task, List<CheckpointKey> checkpoints)
      implements TaskEnded {}

  /** A shot's latents are one artifact. */
  record Joined(StoryTask.JoinShot task, Digest latents) implements TaskEnded {}

  /** A shot's clip is there. */
  record Cut(StoryTask.CutClip task, FilmFile clip) implements TaskEnded {}

  /** The film and its parts are there. */
  record Assembled(StoryTask.AssembleFilm task, List<FilmFile> files) implements TaskEnded {}

  /** The store was told to drop what a shot is past; whether it could does not matter. */
  record Dropped(StoryTask.ForgetPassed task) implements TaskEnded {}

  /** The store was told to drop a shot; whether it could does not matter. */
  record Forgot(StoryTask.ForgetShot task) implements TaskEnded {}

  /** What the store held of the shot is dropped, or could not be. */
  record Cleared(StoryTask.BeginAnew task, boolean isCleared) implements TaskEnded {}

  /** The story cannot do without the task, and it failed. */
  record Broke(StoryTask task, Throwable cause) implements TaskEnded {

    ErrorCode code() {
      return cause instanceof LongtakeException known ? known.code() : ErrorCode.INTERNAL;
    }

    /** What failed, and why. */
    String message() {
      String why = cause instanceof LongtakeException ? cause.getMessage() : cause.toString();
      return task.title() + ": " + why;
    }
  }
}

package dev.longtake.coordinator.story;

import dev.longtake.plan.ModelCard;
import java.util.List;

/** What has to be done for a story beside deciding; {@link RunningTasks} says when. */
public sealed interface StoryTask {

  /** Finds the shots that were rendered before, once model and engine class are chosen. */
  record FindKnown(ModelCard model, String engineClass) implements StoryTask {}

  /** Finds the checkpoints from which the story can go on after a restart. */
  record FindCheckpoints() implements StoryTask {}

  /** Joins the latents of a shot's chunks. */
  record JoinShot(ShotProgress shot) implements StoryTask {}

  /** Encodes a finished shot by itself. */
  record CutClip(ShotProgress shot) implements StoryTask {}

  /** Makes the film, of which the clips are there. */
  record AssembleFilm(StoryProgress story) implements StoryTask {}

  /** Remembers a finished shot for other stories. */
  record RememberShot(ShotProgress shot) implements StoryTask {}

  /** Drops what the latent store holds of a shot whose chunks do not matter any more. */
  record ForgetShot(int shotIndex) implements StoryTask {}

  /** Drops what the latent store holds of a shot and its chunks are past. */
  record ForgetPassed(int shotIndex, List<CheckpointSteps.Passed> passed) implements StoryTask {
    public ForgetPassed {
      passed = List.copyOf(passed);
    }
  }

  /** Drops all that the latent store holds of a shot; then all its chunks begin anew. */
  record BeginAnew(int shotIndex) implements StoryTask {}

  /** Tasks that wait for one another's threads, and for no other task's. */
  enum Kind {
    /** Finding out what a story takes, and where it goes on. */
    PLANNING,
    /** Joining latents. */
    JOINING,
    /** Encoding clips. */
    CLIPS,
    /** Making films. */
    FILMS,
    /** Remembering and dropping. */
    UPKEEP
  }

  /** What it waits with. */
  default Kind kind() {
    return switch (this) {
      case FindKnown find -> Kind.PLANNING;
      case FindCheckpoints find -> Kind.PLANNING;
      case JoinShot join -> Kind.JOINING;
      case CutClip cut -> Kind.CLIPS;
      case AssembleFilm assemble -> Kind.FILMS;
      case RememberShot remember -> Kind.UPKEEP;
      case ForgetShot forget -> Kind.UPKEEP;
      case ForgetPassed forget -> Kind.UPKEEP;
      case BeginAnew begin -> Kind.UPKEEP;
    };
  }

  /** What it is called in messages to people. */
  default String title() {
    return switch (this) {
      case FindKnown find -> "planning";
      case FindCheckpoints find -> "finding checkpoints";
      case JoinShot join -> "joining shot " + join.shot().plan().shot().id();
      case CutClip cut -> "cutting the clip of shot " + cut.shot().plan().shot().id();
      case AssembleFilm assemble -> "assembling the film";
      case RememberShot remember -> "remembering shot " + remember.shot().plan().shot().id();
      case ForgetShot forget -> "dropping latents";
      case ForgetPassed forget -> "dropping latents";
      case BeginAnew begin -> "dropping latents";
    };
  }
}

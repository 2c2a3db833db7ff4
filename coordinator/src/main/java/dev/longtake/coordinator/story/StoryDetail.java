package dev.longtake.coordinator.story;

import static java.util.Objects.requireNonNull;

import dev.longtake.digest.Digest;
import dev.longtake.lease.LeaseToken.Kind;
import dev.longtake.plan.Chunk;
import dev.longtake.plan.Sampling;
import dev.longtake.plan.ShotInputs;
import dev.longtake.plan.ShotPlan;
import dev.longtake.story.status.StoryStatus;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Where each piece of a story's work stands, which {@link StoryStatus} only counts. Pure.
 *
 * @param shots one per shot; empty before the story is planned
 */
public record StoryDetail(StoryStatus status, String model, double frameRateHz, List<Shot> shots) {

  /**
   * A shot.
   *
   * @param prompt as the text encoder gets it
   * @param references digests of the pictures that go into every chunk
   * @param chunkSteps denoise steps of each chunk
   * @param remote per boundary, whether its slabs go through the store
   * @param drafting what a draft can be made of; empty unless some of it is denoised and kept
   */
  public record Shot(
      String prompt,
      List<String> references,
      int chunkSteps,
      List<Piece> chunks,
      List<Boolean> remote,
      List<Piece> segments,
      Optional<Drafting> drafting) {
    public Shot {
      requireNonNull(prompt, "prompt");
      references = List.copyOf(references);
      chunks = List.copyOf(chunks);
      remote = List.copyOf(remote);
      segments = List.copyOf(segments);
      requireNonNull(drafting, "drafting");
    }
  }

  /**
   * What tells how a shot looks that is being denoised.
   *
   * @param model digest of the checkpoint
   * @param seed of the shot's noise
   * @param references latent frames that stand before a chunk's own
   * @param chunks one per chunk
   */
  public record Drafting(
      Digest model, long seed, Sampling sampling, int references, List<Sketch> chunks) {
    public Drafting {
      requireNonNull(model, "model");
      requireNonNull(sampling, "sampling");
      chunks = List.copyOf(chunks);
    }

    /** Names what a draft of it would show: another one as soon as a chunk has kept more. */
    public String key() {
      return Digest.ofText(chunks.toString()).hex().substring(0, KEY_LENGTH);
    }
  }

  /**
   * A chunk as far as it is kept.
   *
   * @param step denoise steps done of its newest checkpoint that all it is tied to have, or of its
   *     result; 0 if there is none
   * @param latents its result, once it is done
   */
  public record Sketch(
      int firstLatentFrame, int latentFrameCount, int step, Optional<Digest> latents) {
    public Sketch {
      requireNonNull(latents, "latents");
    }

    /** One past its last latent frame. */
    public int endLatentFrame() {
      return firstLatentFrame + latentFrameCount;
    }
  }

  private static final int KEY_LENGTH = 16;

  /** Where a piece of work can stand. */
  public enum State {
    WAITING,
    LEASED,
    DONE
  }

  /**
   * A chunk or a segment.
   *
   * @param attempt the how-manieth lease is or was the last one; 0 if there was none
   * @param failures how often a worker gave it up
   * @param worker who holds it; empty if nobody does
   * @param stepsDone of a chunk, that hold; 0 for a segment
   */
  public record Piece(State state, int attempt, int failures, String worker, int stepsDone) {
    public Piece {
      requireNonNull(state, "state");
      requireNonNull(worker, "worker");
    }
  }

  public StoryDetail {
    requireNonNull(status, "status");
    requireNonNull(model, "model");
    shots = List.copyOf(shots);
  }

  /** What is known of a story as it stands. */
  public static StoryDetail of(
      StoryProgress story, StepCounts steps, CheckpointSteps checkpoints, StoryStatus status) {
    return new StoryDetail(
        status,
        story.plan().map(plan -> plan.model().identity().name()).orElse(""),
        story.story().frameRate().hz(),
        story.shots().stream().map(shot -> shot(shot, steps, checkpoints)).toList());
  }

  private static Shot shot(ShotProgress shot, StepCounts steps, CheckpointSteps checkpoints) {
    ShotPlan plan = shot.plan();
    return new Shot(
        plan.inputs().prompt().text(),
        plan.inputs().prompt().references().stream().map(it -> it.digest().hex()).toList(),
        plan.inputs().sampling().stepCount(),
        pieces(shot, Kind.CHUNK, steps),
        shot.remote(),
        pieces(shot, Kind.SEGMENT, steps),
        drafting(shot, checkpoints));
  }

  private static Optional<Drafting> drafting(ShotProgress shot, CheckpointSteps checkpoints) {
    ShotInputs inputs = shot.plan().inputs();
    List<Sketch> chunks = new ArrayList<>();
    for (Chunk chunk : shot.plan().chunks().chunks()) {
      Optional<Digest> result =
          shot.chunks().get(chunk.index()) instanceof WorkState.Done done
              ? Optional.of(done.artifact())
              : Optional.empty();
      chunks.add(
          new Sketch(
              chunk.firstLatentFrame(),
              chunk.latentFrameCount(),
              result.isPresent()
                  ? inputs.sampling().stepCount()
                  : checkpoints.floor(shot, chunk.index()),
              result));
    }
    boolean isKept = chunks.stream().anyMatch(chunk -> chunk.step() > 0);
    return isKept && shot.latents().isEmpty()
        ? Optional.of(
            new Drafting(
                inputs.modelDigest(),
                inputs.seed(),
                inputs.sampling(),
                inputs.prompt().references().size(),
                chunks))
        : Optional.empty();
  }

  /** Chunks of a shot that is joined, or was rendered before, do not matter any more: all done. */
  private static List<Piece> pieces(ShotProgress shot, Kind kind, StepCounts steps) {
    List<Piece> pieces = new ArrayList<>();
    List<WorkState> works = shot.works(kind);
    for (int i = 0; i < works.size(); i++) {
      boolean isPast = kind == Kind.CHUNK && shot.latents().isPresent();
      int stepsDone =
          switch (kind) {
            case CHUNK -> steps.stepsDone(shot, i);
            case SEGMENT -> 0;
          };
      Piece piece = piece(works.get(i), stepsDone);
      pieces.add(
          isPast ? new Piece(State.DONE, piece.attempt(), piece.failures(), "", stepsDone) : piece);
    }
    return pieces;
  }

  private static Piece piece(WorkState work, int stepsDone) {
    return switch (work) {
      case WorkState.Waiting waiting ->
          new Piece(State.WAITING, waiting.attempt(), waiting.failures(), "", stepsDone);
      case WorkState.Leased leased ->
          new Piece(
              State.LEASED,
              leased.attempt(),
              leased.failures(),
              leased.worker().workerId(),
              stepsDone);
      case WorkState.Done done ->
          new Piece(State.DONE, done.attempt(), done.failures(), "", stepsDone);
    };
  }
}

package dev.longtake.ops.report;

import dev.longtake.consistency.Entity;
import dev.longtake.consistency.SeamFigures;
import dev.longtake.consistency.ShotLayout;
import dev.longtake.plan.Boundary;
import dev.longtake.plan.Times;
import dev.longtake.story.FrameSize;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * A film as its manifest tells of it.
 *
 * @param name the story's
 * @param model its name and version
 * @param size of its frames and of those of its clips
 */
record RenderedFilm(
    String name,
    String model,
    File film,
    FrameSize size,
    double frameRateHz,
    List<Picture> pictures,
    List<Shot> shots) {

  /** The film's file. */
  record File(String sha256, int frameCount, double seconds) {}

  /**
   * A picture of the world.
   *
   * @param kind empty in manifests from before it was written down
   */
  record Picture(String reference, Optional<Entity.Kind> kind, String file, String sha256) {}

  /**
   * A shot.
   *
   * @param pictures digests of those that went in
   * @param chunks first latent frame and number of them
   * @param seams as they were measured on frames before compression; empty in manifests from before
   *     that was done
   * @param isCutAfter whether a hard cut leads to the next shot
   */
  record Shot(
      String id,
      Length length,
      List<String> pictures,
      List<List<Integer>> chunks,
      String clip,
      String clipSha256,
      Optional<List<SeamFigures>> seams,
      boolean isCutAfter) {}

  /** How long a shot is, and where it begins in the film. */
  record Length(int frameCount, int latentFrameCount, int filmFirstFrame) {

    /** What {@link Times#latentFrameCount} was made with, unless a short shot hides it; from 1. */
    int temporalFactor() {
      return latentFrameCount < 2
          ? 1
          : Math.max(1, Math.ceilDiv(frameCount - 1, latentFrameCount - 1));
    }
  }

  RenderedFilm {
    pictures = List.copyOf(pictures);
    shots = List.copyOf(shots);
  }

  /** How the shots were made, as far as their figures need it. */
  List<ShotLayout> layouts() {
    int factor = shots.stream().mapToInt(shot -> shot.length().temporalFactor()).max().orElse(1);
    return shots.stream()
        .map(
            shot ->
                new ShotLayout(
                    shot.id(),
                    shot.length().frameCount(),
                    boundaryFrames(shot.chunks(), factor, shot.length().frameCount()),
                    frameRateHz))
        .toList();
  }

  private static List<Integer> boundaryFrames(
      List<List<Integer>> chunks, int factor, int frameCount) {
    List<Integer> frames = new ArrayList<>();
    for (int i = 0; i + 1 < chunks.size(); i++) {
      int first = chunks.get(i + 1).getFirst();
      int overlap = chunks.get(i).getFirst() + chunks.get(i).getLast() - first;
      Boundary boundary = new Boundary(i, first, Math.max(0, overlap));
      int frame = Times.frameCount(boundary.firstLatentFrame() + boundary.ownedByLeft(), factor);
      if (frame > 0 && frame < frameCount) {
        frames.add(frame);
      }
    }
    return frames;
  }

  /** Indices of the shots that one of these pictures went into. */
  List<Integer> shotsWith(List<Picture> some) {
    List<String> digests = some.stream().map(Picture::sha256).toList();
    return IntStream.range(0, shots.size())
        .filter(i -> shots.get(i).pictures().stream().anyMatch(digests::contains))
        .boxed()
        .toList();
  }

  /** When in the film a shot's frame is seen. */
  double seconds(String shot, int frame) {
    int first =
        shots.stream()
            .filter(it -> it.id().equals(shot))
            .mapToInt(it -> it.length().filmFirstFrame())
            .findFirst()
            .orElse(0);
    return (first + frame) / frameRateHz;
  }
}

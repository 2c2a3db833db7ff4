package dev.longtake.coordinator.draft;

import dev.longtake.coordinator.story.StoryDetail.Drafting;
import dev.longtake.coordinator.story.StoryDetail.Sketch;
import dev.longtake.digest.Digest;
import dev.longtake.draft.DraftMap;
import dev.longtake.error.ErrorCode;
import dev.longtake.error.LongtakeException;
import dev.longtake.latent.CheckpointKey;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes drafts. Reads one chunk after the other, so that it holds one at a time, however long the
 * shot; a chunk whose state is not there, is damaged or does not fit is left out.
 */
final class DraftMaker {

  private static final Logger log = LoggerFactory.getLogger(DraftMaker.class);

  /** Frames of a draft: enough to see what moves, few enough for any shot to cost the same. */
  static final int FRAMES_MAX = 8;

  private final DraftSources sources;

  DraftMaker(DraftSources sources) {
    this.sources = sources;
  }

  /**
   * Makes one.
   *
   * @throws LongtakeException with {@link ErrorCode#NOT_FOUND} and a word for people if there is
   *     nothing to make it of
   */
  Draft make(String storyId, int shotIndex, Drafting shot) {
    DraftMap map =
        sources
            .maps()
            .apply(shot.model())
            .orElseThrow(() -> none("no worker of the model has said yet how its latents look"));
    List<Pick> picks = Pick.of(shot.chunks(), FRAMES_MAX);
    Optional<Strip> strip = Optional.empty();
    int step = shot.sampling().stepCount();
    for (int index : picks.stream().map(Pick::chunk).distinct().toList()) {
      Sketch chunk = shot.chunks().get(index);
      Optional<ChunkLatents> latents = read(new Place(storyId, shotIndex, index), shot, chunk);
      if (latents.isPresent()) {
        strip = strip.or(() -> Strip.of(map, latents.get()));
        boolean isShown = strip.isPresent() && strip.get().add(latents.get(), frames(picks, index));
        step = isShown ? Math.min(step, chunk.step()) : step;
      }
    }
    Strip made = strip.orElseThrow(() -> none("what its chunks have kept cannot be read now"));
    return new Draft(shot.key(), step, made.frameCount(), made.width(), made.height(), made.png());
  }

  private static List<Integer> frames(List<Pick> picks, int chunk) {
    return picks.stream().filter(pick -> pick.chunk() == chunk).map(Pick::frame).toList();
  }

  private static LongtakeException none(String why) {
    return new LongtakeException(ErrorCode.NOT_FOUND, why);
  }

  private record Place(String storyId, int shotIndex, int chunkIndex) {}

  private Optional<ChunkLatents> read(Place place, Drafting shot, Sketch chunk) {
    try {
      return chunk.latents().isPresent()
          ? result(chunk, chunk.latents().get())
          : sources
              .checkpoints()
              .apply(
                  new CheckpointKey(
                      place.storyId(), place.shotIndex(), place.chunkIndex(), chunk.step()))
              .filter(content -> content.length <= sources.bytesMax())
              .map(content -> ChunkLatents.ofCheckpoint(shot, chunk, content));
    } catch (LongtakeException | IllegalArgumentException e) {
      log.debug("{} is left out of a draft: {}", place, e.getMessage());
      return Optional.empty();
    }
  }

  private Optional<ChunkLatents> result(Sketch chunk, Digest digest) {
    return sources.artifacts().size(digest) <= sources.bytesMax()
        ? Optional.of(ChunkLatents.ofResult(chunk, sources.artifacts().read(digest)))
        : Optional.empty();
  }
}

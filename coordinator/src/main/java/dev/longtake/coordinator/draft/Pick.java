package dev.longtake.coordinator.draft;

import dev.longtake.coordinator.story.StoryDetail.Sketch;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;

/**
 * A latent frame of a shot that a draft shows, and where it comes from. Pure.
 *
 * @param chunk index of the chunk
 * @param frame within the shot
 */
record Pick(int chunk, int frame) {

  /**
   * The frames that are shown: evenly spread over those that some chunk has something of, the first
   * and the last among them. A frame that two chunks share is taken once, of the one that is
   * further.
   */
  static List<Pick> of(List<Sketch> chunks, int most) {
    List<Pick> all = new ArrayList<>();
    int end = chunks.isEmpty() ? 0 : chunks.getLast().endLatentFrame();
    for (int frame = 0; frame < end; frame++) {
      int shown = frame;
      owner(chunks, frame).ifPresent(chunk -> all.add(new Pick(chunk, shown)));
    }
    int count = Math.min(most, all.size());
    List<Pick> picks = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      picks.add(all.get(count == 1 ? 0 : i * (all.size() - 1) / (count - 1)));
    }
    return picks;
  }

  private static OptionalInt owner(List<Sketch> chunks, int frame) {
    int best = -1;
    for (int i = 0; i < chunks.size(); i++) {
      Sketch chunk = chunks.get(i);
      boolean isIn = frame >= chunk.firstLatentFrame() && frame < chunk.endLatentFrame();
      if (isIn && chunk.step() > (best < 0 ? 0 : chunks.get(best).step())) {
        best = i;
      }
    }
    return best < 0 ? OptionalInt.empty() : OptionalInt.of(best);
  }
}

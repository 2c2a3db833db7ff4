package dev.longtake.coordinator.film;

import dev.longtake.consistency.FrameChanges;
import dev.longtake.consistency.look.Rasters;
import dev.longtake.picture.Pixels;
import dev.longtake.story.FrameSize;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Looks on as a shot's frames pass, in order: how much they differ, and those the sheet shows. */
final class ShotMeter {

  private final FrameSize size;
  private final FrameChanges changes;
  private final double[] differences;
  private final int[] picks;
  private final List<byte[]> shown = new ArrayList<>();
  private @Nullable Pixels last;
  private int count;

  ShotMeter(int frameCount, FrameSize size) {
    this.size = size;
    changes = new FrameChanges(frameCount);
    differences = new double[frameCount - 1];
    picks = ContactSheet.picks(frameCount);
  }

  /** Takes a frame in; one that was seen before changes nothing. */
  void see(int frame, byte[] rgb) {
    if (frame != count) {
      return;
    }
    Pixels pixels = new Pixels(rgb, size.width(), size.height());
    changes.see(pixels);
    if (last != null) {
      differences[frame - 1] = Rasters.difference(last, pixels);
    }
    if (shown.size() < picks.length && picks[shown.size()] == frame) {
      shown.add(rgb);
    }
    last = pixels;
    count++;
  }

  /** Element t - 1 is the difference of frames t - 1 and t. */
  double[] differences() {
    return differences.clone();
  }

  /** What else changes from frame to frame. */
  FrameChanges changes() {
    return changes;
  }

  /** Frames for the contact sheet. */
  List<byte[]> shown() {
    return List.copyOf(shown);
  }
}

package dev.longtake.coordinator.draft;

import static java.util.Objects.requireNonNull;

/**
 * What a shot looked like after some denoise steps: a strip of frames in the order of time, one
 * under the other.
 *
 * @param key names it among those of its shot
 * @param step denoise steps done, of the chunk that is furthest behind
 * @param frameCount frames of the strip
 * @param width of a frame, in pixels
 * @param height of a frame, in pixels
 * @param png the strip; not to be changed
 */
@SuppressWarnings("ArrayRecordComponent") // Drafts are passed on, never compared.
public record Draft(String key, int step, int frameCount, int width, int height, byte[] png) {

  public Draft {
    requireNonNull(key, "key");
  }
}

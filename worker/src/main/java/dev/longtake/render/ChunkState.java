package dev.longtake.render;

import static java.util.Objects.requireNonNull;

import dev.longtake.sampling.SamplerState;

/**
 * Where a chunk stands between two denoise steps: enough to go on from. Latents, and whatever the
 * solver remembers, lie frame by frame, the reference frames first.
 */
record ChunkState(ChunkShape shape, SamplerState sampler) {

  ChunkState {
    requireNonNull(shape, "shape");
    if (sampler.latents().length != shape.size()) {
      throw new IllegalArgumentException(
          "expected %d values, found %d".formatted(shape.size(), sampler.latents().length));
    }
  }

  /** Steps done so far; the index of the next one. */
  int stepsDone() {
    return sampler.stepIndex();
  }

  /** A copy of the chunk's own latents {@code (T, C, h, w)}, the reference frames dropped. */
  float[] chunkLatents() {
    float[] latents = sampler.latents();
    return java.util.Arrays.copyOfRange(latents, shape.offset(0), latents.length);
  }
}

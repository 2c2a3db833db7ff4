package dev.longtake.vae;

import java.util.List;

/**
 * Moves latents between the order of the diffusion model, {@code (C, T, h, w)} normalised per
 * channel, and the channels-last frames {@code (T, h, w, C)} that the VAE computes on.
 *
 * @param mean per channel
 * @param std per channel
 */
record LatentNormalisation(List<Float> mean, List<Float> std) {

  LatentNormalisation {
    mean = List.copyOf(mean);
    std = List.copyOf(std);
  }

  /**
   * Takes frames out of normalised latents: {@code latent * std + mean}.
   *
   * @param latents {@code (C, frameCount, plane)}
   * @param plane cells of a frame
   * @return {@code (count, plane, C)}
   */
  float[] frames(float[] latents, int frameCount, int first, int count, int plane) {
    int channels = mean.size();
    float[] frames = new float[count * plane * channels];
    for (int channel = 0; channel < channels; channel++) {
      float scale = std.get(channel);
      float shift = mean.get(channel);
      int from = (channel * frameCount + first) * plane;
      for (int cell = 0; cell < count * plane; cell++) {
        frames[cell * channels + channel] = latents[from + cell] * scale + shift;
      }
    }
    return frames;
  }

  /**
   * Puts frames into normalised latents: {@code (value - mean) / std}.
   *
   * @param latents {@code (C, frameCount, plane)}, written at frames {@code first} and on
   * @param frames {@code (count, plane, C)}
   */
  void store(float[] latents, int frameCount, int first, float[] frames, int count, int plane) {
    int channels = mean.size();
    for (int channel = 0; channel < channels; channel++) {
      float scale = std.get(channel);
      float shift = mean.get(channel);
      int to = (channel * frameCount + first) * plane;
      for (int cell = 0; cell < count * plane; cell++) {
        latents[to + cell] = (frames[cell * channels + channel] - shift) / scale;
      }
    }
  }
}

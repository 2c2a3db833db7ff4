package dev.longtake.loadtest.methods;

import dev.longtake.latent.KeyedNoise;

/**
 * What a shot is made from.
 *
 * @param seed of the noise
 * @param share variance that all latent frames have in common, 0 to 1
 */
record StartNoise(long seed, double share) {

  /** Noise of all latent frames of a shot, keyed by their number. */
  float[] of(LatentShape shape) {
    return of(shape, 0);
  }

  /** The same drawn anew; 0 is what the shot starts with. */
  float[] of(LatentShape shape, int draw) {
    float[] noise = new float[shape.size()];
    for (int frame = 0; frame < shape.frameCount(); frame++) {
      int at = frame * shape.frameSize();
      KeyedNoise.fillShared(noise, at, shape.frameSize(), seed, frame, share, draw);
    }
    return noise;
  }

  /** Noise of reference frames, which share nothing. */
  float[] ofReferences(LatentShape shape, int count, int draw) {
    float[] noise = new float[count * shape.frameSize()];
    for (int reference = 0; reference < count; reference++) {
      int at = reference * shape.frameSize();
      KeyedNoise.fill(noise, at, shape.frameSize(), seed, -1 - reference, draw);
    }
    return noise;
  }
}

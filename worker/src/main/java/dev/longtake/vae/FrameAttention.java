package dev.longtake.vae;

import dev.longtake.tensor.Activation;
import dev.longtake.tensor.Backend;
import dev.longtake.tensor.LinearWeight;
import dev.longtake.tensor.Tensor;
import dev.longtake.tensor.Workspace;

/**
 * {@code x + proj(attention(norm(x)))}, one head over the pixels of each frame by itself; frames do
 * not see each other.
 */
record FrameAttention(
    Tensor norm, LinearWeight query, LinearWeight key, LinearWeight value, LinearWeight projection)
    implements VaeLayer {

  static FrameAttention load(VaeLoader loader, String name, int channels) {
    String qkv = name + ".to_qkv";
    return new FrameAttention(
        loader.gamma(name + ".norm", channels),
        loader.pixelwise(qkv, 0, channels, channels),
        loader.pixelwise(qkv, channels, channels, channels),
        loader.pixelwise(qkv, 2 * channels, channels, channels),
        loader.pixelwise(name + ".proj", 0, channels, channels));
  }

  @Override
  public Tensor apply(VaeStream stream, Tensor x) {
    Backend backend = stream.backend();
    Workspace workspace = stream.workspace();
    int channels = x.dim(3);
    int pixels = x.dim(1) * x.dim(2);
    float scale = (float) (1.0 / Math.sqrt(channels));
    try (Workspace.Scope _ = workspace.scope()) {
      Tensor y = workspace.take(pixels, channels);
      Tensor q = workspace.take(pixels, channels);
      Tensor k = workspace.take(pixels, channels);
      Tensor v = workspace.take(pixels, channels);
      for (int frame = 0; frame < x.dim(0); frame++) {
        Tensor pixelsOfFrame = x.row(frame).view(pixels, channels);
        backend.channelNorm(y, pixelsOfFrame, norm, Activation.NONE);
        backend.linear(q, y, query);
        backend.linear(k, y, key);
        backend.linear(v, y, value);
        backend.attention(q, q, k, v, 1, scale, null);
        backend.linear(y, q, projection);
        backend.add(pixelsOfFrame, y);
      }
    }
    return x;
  }
}

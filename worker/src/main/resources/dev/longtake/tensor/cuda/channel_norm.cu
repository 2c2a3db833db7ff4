// Scales a pixel to the length sqrt(C) over its channels, then by gamma, then an activation.
//
// Axes: one block a pixel of `length` channels; gamma (length).
// Source: Wan 2.1's VAE (RMS_norm); Backend.channelNorm.
#include "common.cuh"

struct ChannelNorm {
  View out;
  View x;
  View gamma;
  long long length;
  long long activation;
};

KERNEL(channel_norm, 256, ChannelNorm) {
  const long long first = blockIdx.x * a.length;
  const int thread = threadIdx.x;
  const int threads = blockDim.x;
  float squares = 0.0f;
  for (long long c = thread; c < a.length; c += threads) {
    const float value = load(a.x, first + c);
    squares += value * value;
  }
  const float norm = fmaxf(sqrtf(block_sum(squares)), 1e-12f);
  const float factor = sqrtf((float)a.length) / norm;
  for (long long c = thread; c < a.length; c += threads) {
    const float scaled = load(a.x, first + c) * factor * load(a.gamma, c);
    store(a.out, first + c, activated(scaled, a.activation));
  }
}

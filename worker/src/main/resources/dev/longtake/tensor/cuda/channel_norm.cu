// Scales a pixel to the length sqrt(C) over its channels, then by gamma, then an activation.
//
// Axes: `rows` pixels of `length` channels; gamma (length). One warp a pixel: pixels are many and
// short, so that a block for each would spend its time on starting and waiting.
// Source: Wan 2.1's VAE (RMS_norm); Backend.channelNorm.
#include "common.cuh"

struct ChannelNorm {
  View out;
  View x;
  View gamma;
  long long rows;
  long long length;
  long long activation;
};

KERNEL(channel_norm, 256, ChannelNorm) {
  const long long row = (long long)blockIdx.x * (blockDim.x / 32) + threadIdx.x / 32;
  if (row >= a.rows) {
    return;
  }
  const int lane = threadIdx.x % 32;
  const long long first = row * a.length;
  const int length = (int)a.length;
  const bool byFour = rows_by_four(a.x, length) && moves_by(a.out, 4) && moves_by(a.gamma, 4);
  const int width = byFour ? 4 : 1;
  // In the order of a block that has a warp for each 128 channels, 8 at most.
  const int warps = length > 896 ? 8 : (length + 127) / 128;
  float sum = 0.0f;
  for (int warp = 0; warp < warps; warp++) {
    float squares = 0.0f;
    for (int d = (warp * 32 + lane) * width; d < length; d += warps * 32 * width) {
      const Four x = load_row(a.x, first, d, byFour);
#pragma unroll
      for (int e = 0; e < 4; e++) {
        squares += x.of[e] * x.of[e];
      }
    }
    sum += warp_sum(squares);
  }
  const float norm = fmaxf(sqrtf(sum), 1e-12f);
  const float factor = sqrtf((float)a.length) / norm;
  for (int d = lane * width; d < length; d += 32 * width) {
    const Four x = load_row(a.x, first, d, byFour);
    const Four gamma = load_row(a.gamma, 0, d, byFour);
    Four out;
#pragma unroll
    for (int e = 0; e < 4; e++) {
      out.of[e] = activated(x.of[e] * factor * gamma.of[e], a.activation);
    }
    store_row(a.out, first, d, byFour, out);
  }
}

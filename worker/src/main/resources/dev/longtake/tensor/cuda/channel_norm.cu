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
  const int length = (int)a.length;
  const bool byFour = rows_by_four(a.x, length) && moves_by(a.out, 4) && moves_by(a.gamma, 4);
  float squares = 0.0f;
  along_row(a.x, first, length, byFour, [&](int, const Four& x) {
#pragma unroll
    for (int e = 0; e < 4; e++) {
      squares += x.of[e] * x.of[e];
    }
  });
  const float norm = fmaxf(sqrtf(block_sum(squares)), 1e-12f);
  const float factor = sqrtf((float)a.length) / norm;
  along_row(a.x, first, length, byFour, [&](int d, const Four& x) {
    const Four gamma = beside(a.gamma, d, byFour);
    Four out;
#pragma unroll
    for (int e = 0; e < 4; e++) {
      out.of[e] = activated(x.of[e] * factor * gamma.of[e], a.activation);
    }
    store_row(a.out, first, d, byFour, out);
  });
}

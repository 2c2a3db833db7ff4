// Normalises a row to mean 0 and variance 1, then scales and shifts each of its numbers.
//
// Axes: one block a row of `length`; scale and shift (length). `offset` is 1 where the scale
// modulates and 0 where it is a weight. The row is read three times, all but once from the cache.
// Source: Ba et al., Layer Normalization, 2016; Backend.layerNormModulated, layerNormAffine.
#include "common.cuh"

struct LayerNorm {
  View out;
  View x;
  View scale;
  View shift;
  long long length;
  double offset;
  double epsilon;
};

KERNEL(layer_norm, 256, LayerNorm) {
  const long long first = blockIdx.x * a.length;
  const int length = (int)a.length;
  const bool byFour = rows_by_four(a.x, length) && moves_by(a.out, 4) && moves_by(a.scale, 4) &&
                      moves_by(a.shift, 4);
  float sum = 0.0f;
  along_row(a.x, first, length, byFour, [&](int, const Four& x) {
#pragma unroll
    for (int e = 0; e < 4; e++) {
      sum += x.of[e];
    }
  });
  const float mean = block_sum(sum) / (float)a.length;
  float squares = 0.0f;
  along_row(a.x, first, length, byFour, [&](int, const Four& x) {
#pragma unroll
    for (int e = 0; e < 4; e++) {
      const float distance = e == 0 || byFour ? x.of[e] - mean : 0.0f;
      squares += distance * distance;
    }
  });
  const float variance = block_sum(squares) / (float)a.length;
  const float inverse = 1.0f / sqrtf(variance + (float)a.epsilon);
  along_row(a.x, first, length, byFour, [&](int d, const Four& x) {
    const Four scale = load_row(a.scale, 0, d, byFour);
    const Four shift = load_row(a.shift, 0, d, byFour);
    Four out;
#pragma unroll
    for (int e = 0; e < 4; e++) {
      const float normal = (x.of[e] - mean) * inverse;
      out.of[e] = normal * ((float)a.offset + scale.of[e]) + shift.of[e];
    }
    store_row(a.out, first, d, byFour, out);
  });
}

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
  const int thread = threadIdx.x;
  const int threads = blockDim.x;
  float sum = 0.0f;
  for (long long d = thread; d < a.length; d += threads) {
    sum += load(a.x, first + d);
  }
  const float mean = block_sum(sum) / (float)a.length;
  float squares = 0.0f;
  for (long long d = thread; d < a.length; d += threads) {
    const float distance = load(a.x, first + d) - mean;
    squares += distance * distance;
  }
  const float variance = block_sum(squares) / (float)a.length;
  const float inverse = 1.0f / sqrtf(variance + (float)a.epsilon);
  for (long long d = thread; d < a.length; d += threads) {
    const float normal = (load(a.x, first + d) - mean) * inverse;
    store(a.out, first + d, normal * ((float)a.offset + load(a.scale, d)) + load(a.shift, d));
  }
}

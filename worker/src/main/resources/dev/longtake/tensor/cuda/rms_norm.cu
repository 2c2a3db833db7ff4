// Divides a row by its root mean square and scales it; perhaps rotates its pairs right after.
//
// Axes: one block a row of `length` = heads * 2 * pairs; weight (length); cos and sin (rows, pairs).
// With pairs = 0 nothing is rotated; with normalise = 0 the row is only rotated.
// Source: Zhang and Sennrich, 2019 (RMSNorm); Su et al., RoFormer, 2021; Backend.rmsNorm, rotate,
// rmsNormRotate.
#include "common.cuh"

struct RmsNorm {
  View out;
  View x;
  View weight;
  View cos;
  View sin;
  long long length;
  long long pairs;
  long long normalise;
  double epsilon;
};

KERNEL(rms_norm, 256, RmsNorm) {
  const long long first = blockIdx.x * a.length;
  const int thread = threadIdx.x;
  const int threads = blockDim.x;
  float inverse = 1.0f;
  if (a.normalise) {
    float squares = 0.0f;
    for (long long d = thread; d < a.length; d += threads) {
      const float value = load(a.x, first + d);
      squares += value * value;
    }
    const float mean = block_sum(squares) / (float)a.length;
    inverse = 1.0f / sqrtf(mean + (float)a.epsilon);
  }
  if (a.pairs == 0) {
    for (long long d = thread; d < a.length; d += threads) {
      store(a.out, first + d, load(a.x, first + d) * inverse * load(a.weight, d));
    }
    return;
  }
  for (long long pair = thread; pair < a.length / 2; pair += threads) {
    const long long d = 2 * pair;
    const long long angle = blockIdx.x * a.pairs + pair % a.pairs;
    float even = load(a.x, first + d);
    float odd = load(a.x, first + d + 1);
    if (a.normalise) {
      even = even * inverse * load(a.weight, d);
      odd = odd * inverse * load(a.weight, d + 1);
    }
    const float c = load(a.cos, angle);
    const float s = load(a.sin, angle);
    store(a.out, first + d, even * c - odd * s);
    store(a.out, first + d + 1, even * s + odd * c);
  }
}

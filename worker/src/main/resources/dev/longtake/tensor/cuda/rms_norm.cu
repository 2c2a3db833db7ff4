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

// Turns a pair by an angle.
DEVICE void turn(float& even, float& odd, float c, float s) {
  const float turned = even * c - odd * s;
  odd = even * s + odd * c;
  even = turned;
}

KERNEL(rms_norm, 256, RmsNorm) {
  const long long first = blockIdx.x * a.length;
  const int length = (int)a.length;
  const bool byFour = rows_by_four(a.x, length) && moves_by(a.out, 4) &&
                      (!a.normalise || moves_by(a.weight, 4));
  float inverse = 1.0f;
  if (a.normalise) {
    float squares = 0.0f;
    along_row(a.x, first, length, byFour, [&](int, const Four& x) {
#pragma unroll
      for (int e = 0; e < 4; e++) {
        squares += x.of[e] * x.of[e];
      }
    });
    const float mean = block_sum(squares) / (float)a.length;
    inverse = 1.0f / sqrtf(mean + (float)a.epsilon);
  }
  if (a.pairs == 0) {
    along_row(a.x, first, length, byFour, [&](int d, const Four& x) {
      const Four weight = load_row(a.weight, 0, d, byFour);
      Four out;
#pragma unroll
      for (int e = 0; e < 4; e++) {
        out.of[e] = x.of[e] * inverse * weight.of[e];
      }
      store_row(a.out, first, d, byFour, out);
    });
    return;
  }
  const int pairs = (int)a.pairs;
  const long long angles = blockIdx.x * a.pairs;
  if (byFour) {
    along_row(a.x, first, length, true, [&](int d, const Four& x) {
      Four out = x;
      if (a.normalise) {
        const Four weight = load_four(a.weight, d);
#pragma unroll
        for (int e = 0; e < 4; e++) {
          out.of[e] = x.of[e] * inverse * weight.of[e];
        }
      }
#pragma unroll
      for (int e = 0; e < 4; e += 2) {
        const long long angle = angles + (d + e) / 2 % pairs;
        turn(out.of[e], out.of[e + 1], load(a.cos, angle), load(a.sin, angle));
      }
      store_four(a.out, first + d, out);
    });
    return;
  }
  for (int pair = threadIdx.x; pair < length / 2; pair += blockDim.x) {
    const long long d = 2 * pair;
    const long long angle = angles + pair % pairs;
    float even = load(a.x, first + d);
    float odd = load(a.x, first + d + 1);
    if (a.normalise) {
      even = even * inverse * load(a.weight, d);
      odd = odd * inverse * load(a.weight, d + 1);
    }
    turn(even, odd, load(a.cos, angle), load(a.sin, angle));
    store(a.out, first + d, even);
    store(a.out, first + d + 1, odd);
  }
}

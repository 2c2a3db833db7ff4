// What follows the model in a denoise step: guidance, the fusion of overlaps, the solver's update, in
// one pass over the elements; and the overlaps of the guided velocity as 16-bit floats.
//
// Axes: latents, velocities, history (channels, frames, cells); slabs (overlap, channels, cells).
// Every operation rounds as the host's does: no fused multiply-add, sums in the same order. Both
// sides of a boundary, on whatever engine of one class, get the same bits.
// Source: ResidentLatents, Guidance, OverlapFusion, SolverStep; Backend.openLatents.
#include "common.cuh"

typedef unsigned short Half;

struct Update {
  float* latents;
  // The solver's memory, newest first: corrected latents, the last estimate, the one before it.
  float* corrected;
  float* estimate;
  float* older;
  const float* conditional;
  // Null without guidance.
  const float* unconditional;
  // The published overlap.
  Half* slab;
  long long count;
  long long channels;
  long long frames;
  long long cells;
  // Overlaps: first frame, number of frames, and the slabs of the chunks on its left and right, null
  // if it is not fused.
  long long first0;
  long long overlap0;
  const Half* left0;
  const Half* right0;
  long long first1;
  long long overlap1;
  const Half* left1;
  const Half* right1;
  double guidance;
  // 0: Euler, and `sigma` is the difference of two levels. 1: multistep.
  long long solver;
  double sigma;
  // Numbers of weights.
  long long correctorTerms;
  long long predictorTerms;
  double c0, c1, c2, c3;
  double p0, p1, p2;
};

// IEEE binary16, nearest, ties to even.
DEVICE Half narrow_half(float x) {
  const unsigned bits = __float_as_uint(x);
  const unsigned sign = (bits >> 16) & 0x8000u;
  const unsigned size = bits & 0x7fffffffu;
  if (size > 0x7f800000u) {
    return (Half)(sign | 0x7e00u);
  }
  if (size >= 0x477ff000u) {
    return (Half)(sign | 0x7c00u);
  }
  if (size < 0x38800000u) {
    // Below the smallest normal half: beside 0.5 a float's last place is 2^-24, a half's step there.
    return (Half)(sign | (__float_as_uint(__fadd_rn(__uint_as_float(size), 0.5f)) - 0x3f000000u));
  }
  return (Half)(sign | ((size + 0xfffu + ((size >> 13) & 1u) - 0x38000000u) >> 13));
}

DEVICE float widen_half(Half x) {
  const unsigned sign = (unsigned)(x & 0x8000u) << 16;
  const unsigned size = x & 0x7fffu;
  if (size < 0x400u) {
    return __uint_as_float(sign | __float_as_uint((float)size * 5.9604644775390625e-8f));
  }
  if (size >= 0x7c00u) {
    return __uint_as_float(sign | 0x7f800000u | (size & 0x3ffu) << 13);
  }
  return __uint_as_float(sign | ((size << 13) + 0x38000000u));
}

DEVICE float guided(const Update& a, long long i) {
  const float conditional = a.conditional[i];
  if (!a.unconditional) {
    return conditional;
  }
  const float unconditional = a.unconditional[i];
  return __fadd_rn(unconditional,
                   __fmul_rn((float)a.guidance, __fsub_rn(conditional, unconditional)));
}

// On shared frame j of O: ((O - j) left + (j + 1) right) / (O + 1).
DEVICE float fused(const Half* left, const Half* right, long long j, long long overlap,
                   long long at) {
  const float sum = __fadd_rn(__fmul_rn((float)(overlap - j), widen_half(left[at])),
                              __fmul_rn((float)(j + 1), widen_half(right[at])));
  return __fdiv_rn(sum, (float)(overlap + 1));
}

DEVICE double add_term(double sum, double weight, float x) {
  return __dadd_rn(sum, __dmul_rn(weight, (double)x));
}

#define FOR_EACH(i)                                                                         \
  for (long long i = (long long)blockIdx.x * blockDim.x + threadIdx.x; i < a.count;         \
       i += (long long)gridDim.x * blockDim.x)

KERNEL(take_slab, 256, Update) {
  FOR_EACH(i) {
    const long long cell = i % a.cells;
    const long long channel = i / a.cells % a.channels;
    const long long frame = a.first0 + i / (a.cells * a.channels);
    a.slab[i] = narrow_half(guided(a, (channel * a.frames + frame) * a.cells + cell));
  }
}

KERNEL(sampler_step, 256, Update) {
  FOR_EACH(i) {
    const long long cell = i % a.cells;
    const long long frame = i / a.cells % a.frames;
    const long long channel = i / (a.cells * a.frames);
    const long long j0 = frame - a.first0;
    const long long j1 = frame - a.first1;
    float velocity;
    if (a.left1 && j1 >= 0 && j1 < a.overlap1) {
      velocity = fused(a.left1, a.right1, j1, a.overlap1,
                       (j1 * a.channels + channel) * a.cells + cell);
    } else if (a.left0 && j0 >= 0 && j0 < a.overlap0) {
      velocity = fused(a.left0, a.right0, j0, a.overlap0,
                       (j0 * a.channels + channel) * a.cells + cell);
    } else {
      velocity = guided(a, i);
    }
    const float x = a.latents[i];
    const float moved = __fmul_rn((float)a.sigma, velocity);
    if (a.solver == 0) {
      a.latents[i] = __fadd_rn(x, moved);
      continue;
    }
    const float estimate = __fsub_rn(x, moved);
    const bool remembers = a.correctorTerms > 0 || a.predictorTerms > 2;
    const float last = remembers ? a.estimate[i] : 0.0f;
    float corrected = x;
    if (a.correctorTerms > 0) {
      double sum = add_term(add_term(0.0, a.c0, a.corrected[i]), a.c1, estimate);
      sum = add_term(sum, a.c2, last);
      if (a.correctorTerms > 3) {
        sum = add_term(sum, a.c3, a.older[i]);
      }
      corrected = (float)sum;
    }
    double next = add_term(add_term(0.0, a.p0, corrected), a.p1, estimate);
    if (a.predictorTerms > 2) {
      next = add_term(next, a.p2, last);
    }
    a.latents[i] = (float)next;
    a.corrected[i] = corrected;
    a.older[i] = last;
    a.estimate[i] = estimate;
  }
}

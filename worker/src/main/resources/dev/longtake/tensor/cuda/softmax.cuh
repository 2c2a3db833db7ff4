// The running softmax of 16 queries, of which a lane holds two rows: those of fragments.cuh's sums.
//
// Scores, sums and the running maximum are 32-bit floats, in powers of two: exp2 is an instruction,
// exp is not. Weights are rounded to bf16 before they multiply the values, and summed as rounded.
// Sources: Dao, FlashAttention-2, 2023; Milakov and Gimelshein, 2018.

struct Attention {
  View out;
  View q;
  View k;
  View v;
  View bias;
  long long queries;
  long long keys;
  long long heads;
  long long size;
  double scale;
};

template <int KEYS>
struct Softmax {
  float largest[2];
  float total[2];
  float shrink[2];

  DEVICE_MEMBER Softmax() {
#pragma unroll
    for (int half = 0; half < 2; half++) {
      largest[half] = -3.0e38f;
      total[half] = 0.0f;
      shrink[half] = 0.0f;
    }
  }

  // Hides the keys past the last one, of which a tile has `count`.
  DEVICE_MEMBER void mask(float (*scores)[4], int count) const {
#pragma unroll
    for (int j = 0; j < KEYS / 8; j++) {
#pragma unroll
      for (int e = 0; e < 4; e++) {
        const bool inside = 8 * j + (int)threadIdx.x % 4 * 2 + e % 2 < count;
        scores[j][e] = inside ? scores[j][e] : -3.0e38f;
      }
    }
  }

  // Makes weights of scores, and finds how far earlier sums shrink for them. Scores are scaled where
  // they are used: the maximum once, the others as they become weights.
  DEVICE_MEMBER void weigh(const float (*scores)[4], float scale, unsigned (*weights)[2]) {
    float best[2] = {scores[0][0], scores[0][2]};
#pragma unroll
    for (int j = 0; j < KEYS / 8; j++) {
#pragma unroll
      for (int e = 0; e < 4; e++) {
        best[e / 2] = fmaxf(best[e / 2], scores[j][e]);
      }
    }
#pragma unroll
    for (int half = 0; half < 2; half++) {
      best[half] = fmaxf(best[half], __shfl_xor_sync(0xffffffffu, best[half], 1));
      best[half] = fmaxf(best[half], __shfl_xor_sync(0xffffffffu, best[half], 2));
      best[half] = fmaxf(largest[half], best[half] * scale);
      shrink[half] = power_of_two(largest[half] - best[half]);
      largest[half] = best[half];
      total[half] *= shrink[half];
    }
#pragma unroll
    for (int j = 0; j < KEYS / 8; j++) {
#pragma unroll
      for (int half = 0; half < 2; half++) {
        const unsigned pair =
            pack(power_of_two(fmaf(scores[j][2 * half], scale, -best[half])),
                 power_of_two(fmaf(scores[j][2 * half + 1], scale, -best[half])));
        weights[j][half] = pair;
        total[half] += widen((Bf16)pair) + widen((Bf16)(pair >> 16));
      }
    }
  }

  // Where no query of the warp has a new maximum, as in most tiles, nothing shrinks: times 1.
  template <int SIZE>
  DEVICE_MEMBER void shrink_sums(float (*sums)[4]) const {
    if (!any_lane(shrink[0] != 1.0f || shrink[1] != 1.0f)) {
      return;
    }
#pragma unroll
    for (int d = 0; d < SIZE / 8; d++) {
#pragma unroll
      for (int e = 0; e < 4; e++) {
        sums[d][e] *= shrink[e / 2];
      }
    }
  }

  // Divides by the weights' sum and stores the rows from `first` on.
  template <int SIZE>
  DEVICE_MEMBER void finish(const Attention& a, const float (*sums)[4], long long first) const {
    const int lane = threadIdx.x % 32;
    const bool byTwo = moves_by(a.out, 2);
#pragma unroll
    for (int half = 0; half < 2; half++) {
      float all = total[half];
      all += __shfl_xor_sync(0xffffffffu, all, 1);
      all += __shfl_xor_sync(0xffffffffu, all, 2);
      const long long i = first + lane / 4 + 8 * half;
      const long long to = i * a.heads * a.size + blockIdx.y * a.size;
      const float inverse = 1.0f / all;
#pragma unroll
      for (int d = 0; d < SIZE / 8; d++) {
        const int at = 8 * d + lane % 4 * 2;
        const float one = sums[d][2 * half] * inverse;
        const float two = sums[d][2 * half + 1] * inverse;
        if (i < a.queries && at < a.size && byTwo) {
          store_two(a.out, to + at, one, two);
        } else if (i < a.queries && at < a.size) {
          store(a.out, to + at, one);
          store(a.out, to + at + 1, two);
        }
      }
    }
  }
};

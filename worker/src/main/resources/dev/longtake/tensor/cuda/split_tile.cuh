// The matrix product of 32-bit floats with bf16 weights on tensor cores. Each number of the left
// side is split in two of bf16, x = high + low + rest, and both multiply the weights:
// |rest| <= 2^-17 |x|, since high leaves at most half of its last place, 2^-8 of a power of two
// that |x| reaches, and low has 8 binary digits of that. Products of two bf16 are exact in the
// 32-bit floats that they are summed in, so that the sum's error is that of summing, and the rests:
// 2^-17 of the sum of |x w|. An infinite x gives NaN.
//
// A block of 8 warps computes 128 rows by 32 * COLUMNS outputs, each warp 64 x 8 * COLUMNS, 16 terms
// at a time. While one stage is multiplied, the next one's weights are copied and its numbers are on
// their way to registers; they are split when they go to shared memory, once for all warps.
// Axes as in matrix_tile.cuh. Needs terms % 8 == 0 and 16-byte aligned rows of both sides.
// The left side gives the address of 8 neighbouring terms, null for zeros.
// Source: Dekker, 1971 (a number as the sum of two shorter ones); Henry et al., 2019 (bfloat16
// products of 32-bit numbers).
#include "tensor_tile.cuh"

#define SPLIT_TERMS 16
// Rows of 48 bytes: the 8 rows of a matrix start in different banks.
#define SPLIT_STRIDE 24

struct __align__(16) EightBf16 {
  unsigned pair[4];
};

// What a thread brings: 8 neighbouring terms of a row, and of an output's weights.
template <class Left>
struct SplitCopies {
  const Product& a;
  const Left& left;
  typename Left::Row row;
  typename Left::Term term;
  const Bf16* weights;
  int ahead;
  Four next[2];

  DEVICE_MEMBER SplitCopies(const Product& product, const Left& leftSide, long long m0,
                            long long n0)
      : a(product), left(leftSide) {
    const long long output = n0 + threadIdx.x / 2;
    ahead = threadIdx.x % 2 * 8;
    row = left.row(m0 + threadIdx.x / 2);
    term = left.term(ahead);
    weights = output < a.outputs ? (const Bf16*)a.weight.at + output * a.terms : 0;
  }

  // Starts loading and copying 16 terms, and goes on to the next ones.
  DEVICE_MEMBER void start(Bf16* ws) {
    const bool inside = ahead < (int)a.terms;
    const Four* x = inside ? (const Four*)left.at(row, term) : 0;
    const bool hasWeight = inside && weights;
    copy_start(ws + threadIdx.x / 2 * SPLIT_STRIDE + threadIdx.x % 2 * 8,
               hasWeight ? (const void*)(weights + ahead) : a.weight.at, hasWeight);
    const Four zero = {{0.0f, 0.0f, 0.0f, 0.0f}};
    next[0] = x ? x[0] : zero;
    next[1] = x ? x[1] : zero;
    left.forward(term, SPLIT_TERMS);
    ahead += SPLIT_TERMS;
  }

  // Splits what was loaded.
  DEVICE_MEMBER void finish(Bf16* highs, Bf16* lows) const {
    EightBf16 high;
    EightBf16 low;
#pragma unroll
    for (int i = 0; i < 4; i++) {
      const float first = next[i / 2].of[i % 2 * 2];
      const float second = next[i / 2].of[i % 2 * 2 + 1];
      const unsigned pair = pack(first, second);
      high.pair[i] = pair;
      low.pair[i] = pack(first - widen((Bf16)pair), second - widen((Bf16)(pair >> 16)));
    }
    const int to = threadIdx.x / 2 * SPLIT_STRIDE + threadIdx.x % 2 * 8;
    *(EightBf16*)(highs + to) = high;
    *(EightBf16*)(lows + to) = low;
  }
};

// Multiplies a stage; high parts first.
template <int COLUMNS>
DEVICE void multiply_split(float (*sums)[4][4], const Bf16* highs, const Bf16* lows,
                           const Bf16* ws, int warpM, int warpN) {
  const int lane = threadIdx.x % 32;
  const int matrix = lane / 8;
  unsigned w[2][4];
#pragma unroll
  for (int j = 0; j < 2; j++) {
    const int row = warpN + 16 * j + matrix / 2 * 8 + lane % 8;
    load_matrices(w[j], &ws[row * SPLIT_STRIDE + matrix % 2 * 8]);
  }
#pragma unroll
  for (int i = 0; i < 4; i++) {
    const int at = (warpM + 16 * i + matrix % 2 * 8 + lane % 8) * SPLIT_STRIDE + matrix / 2 * 8;
#pragma unroll
    for (int part = 0; part < 2; part++) {
      unsigned x[4];
      load_matrices(x, (part == 0 ? highs : lows) + at);
#pragma unroll
      for (int j = 0; j < COLUMNS; j++) {
        multiply_fragments(sums[i][j], x, w[j / 2][j % 2 * 2], w[j / 2][j % 2 * 2 + 1]);
      }
    }
  }
}

template <int COLUMNS, class Left>
DEVICE void split_tile(const Product& a, Left left) {
  // All 128 rows of weights are filled, also of narrower tiles, whose warps load pairs of 8.
  __shared__ __align__(16) Bf16 highs[2][128 * SPLIT_STRIDE];
  __shared__ __align__(16) Bf16 lows[2][128 * SPLIT_STRIDE];
  __shared__ __align__(16) Bf16 ws[2][128 * SPLIT_STRIDE];
  const long long m0 = row_tile(a, 128);
  const long long n0 = blockIdx.x * (32LL * COLUMNS);
  const int warp = threadIdx.x / 32;
  const int warpM = warp / 4 * 64;
  const int warpN = warp % 4 * 8 * COLUMNS;
  SplitCopies<Left> copies(a, left, m0, n0);
  float sums[4][4][4] = {};
  copies.start(ws[0]);
  copy_commit();
  copies.finish(highs[0], lows[0]);
  copy_wait<0>();
  __syncthreads();
  int stage = 0;
  const int terms = (int)a.terms;
  for (int k0 = 0; k0 < terms; k0 += SPLIT_TERMS) {
    // The other stage was read before the last barrier.
    const bool goesOn = k0 + SPLIT_TERMS < terms;
    if (goesOn) {
      copies.start(ws[stage ^ 1]);
    }
    copy_commit();
    multiply_split<COLUMNS>(sums, highs[stage], lows[stage], ws[stage], warpM, warpN);
    if (goesOn) {
      copies.finish(highs[stage ^ 1], lows[stage ^ 1]);
    }
    copy_wait<0>();
    __syncthreads();
    stage ^= 1;
  }
  store_sums<4, COLUMNS>(a, sums, m0 + warpM, n0 + warpN);
}

// The matrix product on tensor cores: a block of 8 warps computes 128 x 128 results, each warp
// 64 x 32, 32 terms at a time; while one stage is multiplied, the next one is on its way from
// device memory. bf16 in, sums in 32-bit floats in ascending order of k.
//
// Axes as in matrix_tile.cuh. Needs terms % 8 == 0 and 16-byte aligned rows.
// The left side is a function from (m, k) to the address of 8 neighbouring terms, null for zeros.
#include "matrix_tile.cuh"
#include "fragments.cuh"

#define STAGE_TERMS 32
// Rows of 80 bytes: the 8 rows of a matrix start in different banks.
#define STAGE_STRIDE 40

template <class Left>
DEVICE void load_stage(const Product& a, Left left, Bf16* xs, Bf16* ws, long long m0, long long n0,
                       long long k0) {
#pragma unroll
  for (int i = 0; i < 2; i++) {
    const int at = threadIdx.x + 256 * i;
    const int row = at / 4;
    const int k = at % 4 * 8;
    const bool inside = k0 + k < a.terms;
    const bool hasOutput = inside && n0 + row < a.outputs;
    const void* x = inside && m0 + row < a.rows ? left(m0 + row, k0 + k) : 0;
    const long long w = hasOutput ? (n0 + row) * a.terms + k0 + k : 0;
    copy_start(xs + row * STAGE_STRIDE + k, x ? x : a.x.at, x != 0);
    copy_start(ws + row * STAGE_STRIDE + k, (const Bf16*)a.weight.at + w, hasOutput);
  }
}

template <class Left>
DEVICE void tensor_tile(const Product& a, Left left) {
  __shared__ __align__(16) Bf16 xs[2][128 * STAGE_STRIDE];
  __shared__ __align__(16) Bf16 ws[2][128 * STAGE_STRIDE];
  const long long m0 = row_tile(a, 128);
  const long long n0 = blockIdx.x * 128LL;
  const int lane = threadIdx.x % 32;
  const int warp = threadIdx.x / 32;
  const int warpM = warp / 4 * 64;
  const int warpN = warp % 4 * 32;
  const int matrix = lane / 8;
  float sums[4][4][4] = {};
  load_stage(a, left, xs[0], ws[0], m0, n0, 0);
  copy_commit();
  int stage = 0;
  for (long long k0 = 0; k0 < a.terms; k0 += STAGE_TERMS) {
    if (k0 + STAGE_TERMS < a.terms) {
      load_stage(a, left, xs[stage ^ 1], ws[stage ^ 1], m0, n0, k0 + STAGE_TERMS);
    }
    copy_commit();
    copy_wait<1>();
    __syncthreads();
#pragma unroll
    for (int k = 0; k < STAGE_TERMS; k += 16) {
      unsigned x[4][4];
      unsigned w[2][4];
#pragma unroll
      for (int i = 0; i < 4; i++) {
        const int row = warpM + 16 * i + matrix % 2 * 8 + lane % 8;
        load_matrices(x[i], &xs[stage][row * STAGE_STRIDE + k + matrix / 2 * 8]);
      }
#pragma unroll
      for (int j = 0; j < 2; j++) {
        const int row = warpN + 16 * j + matrix / 2 * 8 + lane % 8;
        load_matrices(w[j], &ws[stage][row * STAGE_STRIDE + k + matrix % 2 * 8]);
      }
#pragma unroll
      for (int i = 0; i < 4; i++) {
#pragma unroll
        for (int j = 0; j < 4; j++) {
          multiply_fragments(sums[i][j], x[i], w[j / 2][j % 2 * 2], w[j / 2][j % 2 * 2 + 1]);
        }
      }
    }
    __syncthreads();
    stage ^= 1;
  }
#pragma unroll
  for (int i = 0; i < 4; i++) {
#pragma unroll
    for (int j = 0; j < 4; j++) {
#pragma unroll
      for (int e = 0; e < 4; e++) {
        const long long m = m0 + warpM + 16 * i + lane / 4 + e / 2 * 8;
        const long long n = n0 + warpN + 8 * j + lane % 4 * 2 + e % 2;
        if (m < a.rows && n < a.outputs) {
          const float bias = a.bias.at ? load(a.bias, n) : 0.0f;
          store(a.out, m * a.outputs + n, activated(sums[i][j][e] + bias, a.activation));
        }
      }
    }
  }
}

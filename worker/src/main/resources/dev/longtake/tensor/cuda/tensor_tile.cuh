// The matrix product on tensor cores: a block of 8 warps computes 128 x 128 results, each warp
// 64 x 32, 32 terms at a time; while one stage is multiplied, the next one is on its way from
// device memory. bf16 in, sums in 32-bit floats in ascending order of k.
//
// Axes as in matrix_tile.cuh. Needs terms % 8 == 0 and 16-byte aligned rows.
// The left side is as in matrix_tile.cuh, but gives the address of 8 neighbouring terms, null for
// zeros.
#include "matrix_tile.cuh"
#include "fragments.cuh"

#define STAGE_TERMS 32
// Rows of 80 bytes: the 8 rows of a matrix start in different banks.
#define STAGE_STRIDE 40

// What a thread copies: 8 neighbouring terms of two rows of the left side and of two outputs' weights.
template <class Left>
struct Copies {
  const Product& a;
  const Left& left;
  typename Left::Row rows[2];
  typename Left::Term term;
  const Bf16* weights;
  int ahead;
  int outputs;

  DEVICE_MEMBER Copies(const Product& product, const Left& leftSide, long long m0, long long n0)
      : a(product), left(leftSide) {
    const int row = threadIdx.x / 4;
    rows[0] = left.row(m0 + row);
    rows[1] = left.row(m0 + row + 64);
    ahead = threadIdx.x % 4 * 8;
    term = left.term(ahead);
    outputs = (int)(a.outputs - n0) - row;
    weights = (const Bf16*)a.weight.at + (n0 + row) * a.terms;
  }

  // Starts copying 32 terms, and goes on to the next ones.
  DEVICE_MEMBER void start(Bf16* xs, Bf16* ws) {
    const int to = threadIdx.x / 4 * STAGE_STRIDE + threadIdx.x % 4 * 8;
    const bool inside = ahead < (int)a.terms;
#pragma unroll
    for (int i = 0; i < 2; i++) {
      const void* x = inside ? (const void*)left.at(rows[i], term) : 0;
      const bool hasWeight = inside && outputs > 64 * i;
      const Bf16* w = weights + ahead + (i ? 64 * a.terms : 0);
      copy_start(xs + to + 64 * i * STAGE_STRIDE, x ? x : a.x.at, x != 0);
      copy_start(ws + to + 64 * i * STAGE_STRIDE, hasWeight ? (const void*)w : a.weight.at, hasWeight);
    }
    left.forward(term, STAGE_TERMS);
    ahead += STAGE_TERMS;
  }
};

// Stores a warp's sums: `ROWS` fragments of 16 rows by `COLUMNS` of 8 outputs. A lane has two
// neighbouring outputs of a row, eight lanes a row of 8.
template <int ROWS, int COLUMNS>
DEVICE void store_sums(const Product& a, float (*sums)[4][4], long long m0, long long n0) {
  const Ending ending(a);
  const int lane = threadIdx.x % 32;
#pragma unroll
  for (int j = 0; j < COLUMNS; j++) {
    const long long n = n0 + 8 * j + lane % 4 * 2;
    const float bias[2] = {ending.bias(n), ending.bias(n + 1)};
#pragma unroll
    for (int i = 0; i < ROWS; i++) {
#pragma unroll
      for (int half = 0; half < 2; half++) {
        const long long m = m0 + 16 * i + lane / 4 + 8 * half;
        const float first = ending.result(sums[i][j][2 * half], bias[0]);
        const float second = ending.result(sums[i][j][2 * half + 1], bias[1]);
        if (m < a.rows && ending.byTwo && n < a.outputs) {
          store_two(a.out, m * a.outputs + n, first, second);
        } else if (m < a.rows) {
          ending.store_one(m, n, first);
          ending.store_one(m, n + 1, second);
        }
      }
    }
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
  Copies<Left> copies(a, left, m0, n0);
  float sums[4][4][4] = {};
  copies.start(xs[0], ws[0]);
  copy_commit();
  int stage = 0;
  const int terms = (int)a.terms;
  for (int k0 = 0; k0 < terms; k0 += STAGE_TERMS) {
    if (k0 + STAGE_TERMS < terms) {
      copies.start(xs[stage ^ 1], ws[stage ^ 1]);
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
  store_sums<4, 4>(a, sums, m0 + warpM, n0 + warpN);
}

// Attention of long bf16 heads and many queries on tensor cores, sm_80 and later: as
// attention_tensor.cu, but a block is 4 warps of 32 queries, so that keys and values are read half as
// often from device memory, and less from shared memory for each multiplication. Its twins are
// attention_tensor.cu and attention.cu.
//
// Axes as in attention.cu, without a bias, and scale > 0; size <= 128 and a multiple of 8. Queries
// stay in shared memory, 128 of them; 32 keys at a time. Rows there are 256 bytes without a gap, and
// the 16 bytes of place c of row r lie at place c ^ r % 8, so that the 8 rows of a matrix lie in
// different banks: 48 KiB in all, what a block may have without asking.
// Sources: Dao, FlashAttention-2, 2023 (warps of 32 queries); Milakov and Gimelshein, 2018;
// Backend.attention.
#include "common.cuh"
#include "fragments.cuh"
#include "softmax.cuh"

#define QUERIES 128
#define KEYS 32
#define LENGTH 128

#define ROW_BYTES (2 * LENGTH)

// Where the 8 numbers from d on of a row lie, in bytes. Of d + 16 n it is this one's, exclusive or 32 n,
// while d is 0 or 8; of 16 rows further, 16 rows more.
DEVICE int place(int row, int d) { return row * ROW_BYTES + (d / 8 ^ row % 8) * 16; }

DEVICE const void* placed(const Bf16* rows, int place, int further, int d) {
  return (const char*)rows + (place ^ 2 * d) + further * ROW_BYTES;
}

// Starts copying rows first .. first + ROWS - 1 of one head, zeros past their end and its size.
template <int ROWS>
DEVICE void load_rows(Bf16* to, const void* from, const Attention& a, long long first,
                      long long count) {
  const int row = threadIdx.x / 16;
  const int d = threadIdx.x % 16 * 8;
  const long long length = a.heads * a.size;
  const Bf16* source = (const Bf16*)from + (first + row) * length + blockIdx.y * a.size + d;
#pragma unroll 4
  for (int r = row; r < ROWS; r += 8) {
    const bool inside = first + r < count && d < a.size;
    copy_start((char*)to + place(r, d), inside ? (const void*)source : from, inside);
    source += 8 * length;
  }
  copy_commit();
}

KERNEL_BESIDE(2, attention_wide_tensor, 128, Attention) {
  __shared__ __align__(16) Bf16 qs[QUERIES * LENGTH];
  __shared__ __align__(16) Bf16 ks[KEYS * LENGTH];
  __shared__ __align__(16) Bf16 vs[KEYS * LENGTH];
  const int lane = threadIdx.x % 32;
  const int warp = threadIdx.x / 32;
  const int matrix = lane / 8;
  const long long i0 = blockIdx.x * (long long)QUERIES;
  const float scale = (float)(a.scale * 1.4426950408889634);

  load_rows<QUERIES>(qs, a.q.at, a, i0, a.queries);
  load_rows<KEYS>(ks, a.k.at, a, 0, a.keys);
  const int r = matrix % 2 * 8 + lane % 8;
  const int qAt = place(warp * 32 + r, matrix / 2 * 8);
  const int kAt = place(matrix / 2 * 8 + lane % 8, matrix % 2 * 8);
  const int vAt = place(r, matrix / 2 * 8);
  float sums[2][LENGTH / 8][4] = {};
  Softmax<KEYS> softmax[2];
  const int keys = (int)a.keys;
  for (int j0 = 0; j0 < keys; j0 += KEYS) {
    __syncthreads();
    load_rows<KEYS>(vs, a.v.at, a, j0, a.keys);
    copy_wait<1>();
    __syncthreads();

    float scores[2][KEYS / 8][4] = {};
#pragma unroll
    for (int d = 0; d < LENGTH; d += 16) {
      unsigned q[2][4];
#pragma unroll
      for (int m = 0; m < 2; m++) {
        load_matrices(q[m], placed(qs, qAt, 16 * m, d));
      }
#pragma unroll
      for (int j = 0; j < KEYS / 16; j++) {
        unsigned k[4];
        load_matrices(k, placed(ks, kAt, 16 * j, d));
#pragma unroll
        for (int m = 0; m < 2; m++) {
          multiply_fragments(scores[m][2 * j], q[m], k[0], k[1]);
          multiply_fragments(scores[m][2 * j + 1], q[m], k[2], k[3]);
        }
      }
    }

    unsigned weights[2][KEYS / 8][2];
#pragma unroll
    for (int m = 0; m < 2; m++) {
      if (j0 + KEYS > keys) {
        softmax[m].mask(scores[m], keys - j0);
      }
      softmax[m].weigh(scores[m], scale, weights[m]);
      softmax[m].shrink_sums<LENGTH>(sums[m]);
    }

    __syncthreads();
    load_rows<KEYS>(ks, a.k.at, a, j0 + KEYS, a.keys);
    copy_wait<1>();
    __syncthreads();
#pragma unroll
    for (int j = 0; j < KEYS / 16; j++) {
#pragma unroll
      for (int d = 0; d < LENGTH; d += 16) {
        unsigned v[4];
        load_transposed(v, placed(vs, vAt, 16 * j, d));
#pragma unroll
        for (int m = 0; m < 2; m++) {
          const unsigned left[4] = {weights[m][2 * j][0], weights[m][2 * j][1],
                                    weights[m][2 * j + 1][0], weights[m][2 * j + 1][1]};
          multiply_fragments(sums[m][d / 8], left, v[0], v[1]);
          multiply_fragments(sums[m][d / 8 + 1], left, v[2], v[3]);
        }
      }
    }
  }
  copy_wait<0>();
#pragma unroll
  for (int m = 0; m < 2; m++) {
    softmax[m].finish<LENGTH>(a, sums[m], i0 + warp * 32 + 16 * m);
  }
}

// Attention of bf16 rows on tensor cores with a running softmax, sm_80 and later. Its twin is
// attention.cu.
//
// Axes as in attention.cu, without a bias, and scale > 0; size <= the kernel's and a multiple of 8. A
// block is 4 warps of 16 queries of head blockIdx.y; 64 keys at a time. Keys of the next tile travel
// while this tile's values are multiplied, and values while its scores are. Of long heads with many
// queries attention_wide_tensor.cu takes 128 at a time.
// Sources: Dao, FlashAttention-2, 2023; Milakov and Gimelshein, 2018; Backend.attention.
#include "common.cuh"
#include "fragments.cuh"
#include "softmax.cuh"

#define TILE 64

// Starts copying rows first .. first + 63 of one head, zeros past their end and past its size.
template <int SIZE>
DEVICE void load_rows(Bf16* to, const void* from, const Attention& a, long long first,
                      long long count) {
  // A thread stays in its column, so that one address a tensor is all that registers hold.
  const int row = threadIdx.x / (SIZE / 8);
  const int d = threadIdx.x % (SIZE / 8) * 8;
  const int rows = 128 / (SIZE / 8);
  const long long length = a.heads * a.size;
  const Bf16* source = (const Bf16*)from + (first + row) * length + blockIdx.y * a.size + d;
#pragma unroll 2
  for (int r = row; r < TILE; r += rows) {
    const bool inside = first + r < count && d < a.size;
    copy_start(to + r * (SIZE + 8) + d, inside ? (const void*)source : from, inside);
    source += rows * length;
  }
  copy_commit();
}

template <int SIZE>
DEVICE void attend(const Attention& a) {
  __shared__ __align__(16) Bf16 ks[TILE * (SIZE + 8)];
  __shared__ __align__(16) Bf16 vs[TILE * (SIZE + 8)];
  const int lane = threadIdx.x % 32;
  const int warp = threadIdx.x / 32;
  const int matrix = lane / 8;
  const long long i0 = blockIdx.x * (long long)TILE;
  // exp2 is an instruction; exp is not.
  const float scale = (float)(a.scale * 1.4426950408889634);

  unsigned q[SIZE / 16][4];
  load_rows<SIZE>(vs, a.q.at, a, i0, a.queries);
  load_rows<SIZE>(ks, a.k.at, a, 0, a.keys);
  copy_wait<1>();
  __syncthreads();
#pragma unroll
  for (int d = 0; d < SIZE / 16; d++) {
    const int row = warp * 16 + matrix % 2 * 8 + lane % 8;
    load_matrices(q[d], &vs[row * (SIZE + 8) + d * 16 + matrix / 2 * 8]);
  }

  float sums[SIZE / 8][4] = {};
  Softmax<TILE> softmax;
  for (long long j0 = 0; j0 < a.keys; j0 += TILE) {
    __syncthreads();
    load_rows<SIZE>(vs, a.v.at, a, j0, a.keys);
    copy_wait<1>();
    __syncthreads();

    float scores[TILE / 8][4] = {};
#pragma unroll
    for (int d = 0; d < SIZE / 16; d++) {
#pragma unroll
      for (int j = 0; j < TILE / 16; j++) {
        unsigned k[4];
        const int row = 16 * j + matrix / 2 * 8 + lane % 8;
        load_matrices(k, &ks[row * (SIZE + 8) + d * 16 + matrix % 2 * 8]);
        multiply_fragments(scores[2 * j], q[d], k[0], k[1]);
        multiply_fragments(scores[2 * j + 1], q[d], k[2], k[3]);
      }
    }

    if (j0 + TILE > a.keys) {
      softmax.mask(scores, (int)(a.keys - j0));
    }
    unsigned weights[TILE / 8][2];
    softmax.weigh(scores, scale, weights);
    softmax.shrink_sums<SIZE>(sums);

    __syncthreads();
    load_rows<SIZE>(ks, a.k.at, a, j0 + TILE, a.keys);
    copy_wait<1>();
    __syncthreads();
#pragma unroll
    for (int j = 0; j < TILE / 16; j++) {
      const unsigned left[4] = {weights[2 * j][0], weights[2 * j][1], weights[2 * j + 1][0],
                                weights[2 * j + 1][1]};
#pragma unroll
      for (int d = 0; d < SIZE / 16; d++) {
        unsigned v[4];
        const int row = 16 * j + matrix % 2 * 8 + lane % 8;
        load_transposed(v, &vs[row * (SIZE + 8) + d * 16 + matrix / 2 * 8]);
        multiply_fragments(sums[2 * d], left, v[0], v[1]);
        multiply_fragments(sums[2 * d + 1], left, v[2], v[3]);
      }
    }
  }
  copy_wait<0>();
  softmax.finish<SIZE>(a, sums, i0 + warp * 16);
}

KERNEL(attention_tensor_32, 128, Attention) { attend<32>(a); }

KERNEL(attention_tensor_64, 128, Attention) { attend<64>(a); }

KERNEL(attention_tensor_128, 128, Attention) { attend<128>(a); }

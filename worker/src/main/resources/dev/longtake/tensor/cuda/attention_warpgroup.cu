// Attention of long bf16 heads and many queries by products of four warps: sm_90a alone. Its twins are
// attention_wide_tensor.cu and attention.cu.
//
// Axes as in attention.cu, without a bias, and scale > 0; size <= 128 and a multiple of 8. A block is
// two groups of four warps, each with 64 queries of head blockIdx.y in registers; 64 keys at a time,
// which both groups multiply from shared memory. The next tile's scores are computed while this one's
// become weights. Half a row of 64 numbers is a matrix of its own: 48 KiB in all, what a block may have
// without asking.
// Sources: Shah et al., FlashAttention-3, 2024 (scores of the next tile beside this one's softmax);
// Dao, FlashAttention-2, 2023; Backend.attention.
#include "common.cuh"
#include "fragments.cuh"
#include "softmax.cuh"
#include "warpgroup.cuh"

#define KEYS 64
#define LENGTH 128
#define HALF_BYTES (KEYS * 128)

// Where the 8 numbers from d on of a row lie, in bytes.
DEVICE int place(int row, int d) {
  return d / 64 * HALF_BYTES + row * 128 + (d % 64 / 8 ^ row % 8) * 16;
}

// Starts copying rows first .. first + KEYS - 1 of one head, zeros past their end and its size.
DEVICE void load_rows(Bf16* to, const void* from, const Attention& a, long long first,
                      long long count) {
  const int row = threadIdx.x / 16;
  const int d = threadIdx.x % 16 * 8;
  const long long length = a.heads * a.size;
  const Bf16* source = (const Bf16*)from + (first + row) * length + blockIdx.y * a.size + d;
  char* target = (char*)to + place(row, d);
  const int rows = d < a.size ? (int)(count - first) - row : 0;
#pragma unroll
  for (int r = 0; r < KEYS; r += 16) {
    const bool inside = r < rows;
    copy_start(target + 128 * r, inside ? (const void*)source : from, inside);
    source += 16 * length;
  }
  copy_commit();
}

// Starts scores = queries * keys.
DEVICE void start_scores(float (*scores)[4], const unsigned (*q)[4], const Bf16* keys) {
  const SharedMatrix rows = shared_matrix(keys);
  settle<KEYS / 8>(scores);
  product_ready();
#pragma unroll
  for (int d = 0; d < LENGTH / 16; d++) {
    const int at = d / 4 * HALF_BYTES + d % 4 * 32;
    product_start<false>(scores, q[d], further(rows, at), d > 0);
  }
  product_commit();
}

// Starts sums += weights * values.
DEVICE void start_sums(float (*sums)[4], unsigned (*weights)[2], const Bf16* values) {
  const SharedMatrix rows = shared_matrix(values);
  settle<LENGTH / 8>(sums);
  settle<KEYS / 8>(weights);
  product_ready();
#pragma unroll
  for (int j = 0; j < KEYS / 16; j++) {
    const unsigned left[4] = {weights[2 * j][0], weights[2 * j][1], weights[2 * j + 1][0],
                              weights[2 * j + 1][1]};
#pragma unroll
    for (int half = 0; half < 2; half++) {
      product_start<true>(sums + 8 * half, left, further(rows, half * HALF_BYTES + 16 * 128 * j),
                          true);
    }
  }
  product_commit();
}

KERNEL_BESIDE(1, attention_warpgroup, 256, Attention) {
  __shared__ __align__(1024) Bf16 ks[2][KEYS * LENGTH];
  __shared__ __align__(1024) Bf16 vs[KEYS * LENGTH];
  const int lane = threadIdx.x % 32;
  const int warp = threadIdx.x / 32;
  const int matrix = lane / 8;
  const int keys = (int)a.keys;
  const long long i0 = blockIdx.x * 128LL;
  const float scale = (float)(a.scale * 1.4426950408889634);

  // Queries pass through where later keys and values will be.
  load_rows(ks[1], a.q.at, a, i0, a.queries);
  load_rows(vs, a.q.at, a, i0 + 64, a.queries);
  load_rows(ks[0], a.k.at, a, 0, a.keys);
  copy_wait<0>();
  shared_publish();
  __syncthreads();
  unsigned q[LENGTH / 16][4];
#pragma unroll
  for (int d = 0; d < LENGTH / 16; d++) {
    const int at = place(warp % 4 * 16 + matrix % 2 * 8 + lane % 8, 16 * d + matrix / 2 * 8);
    load_matrices(q[d], (const char*)(warp < 4 ? ks[1] : vs) + at);
  }
  __syncthreads();
  load_rows(ks[1], a.k.at, a, KEYS, a.keys);
  float scores[2][KEYS / 8][4] = {};
  start_scores(scores[0], q, ks[0]);
  product_wait();
  settle<KEYS / 8>(scores[0]);
  copy_wait<0>();
  shared_publish();
  __syncthreads();

  float sums[LENGTH / 8][4] = {};
  Softmax<KEYS> softmax;
  // A tile, whose scores are there, and whose keys the next but one replace. `next` are in place.
  const auto attend = [&](int j0, float (*now)[4], float (*after)[4], Bf16* free, Bf16* next) {
    load_rows(vs, a.v.at, a, j0, a.keys);
    load_rows(free, a.k.at, a, j0 + 2 * KEYS, a.keys);
    start_scores(after, q, next);
    if (j0 + KEYS > keys) {
      softmax.mask(now, keys - j0);
    }
    unsigned weights[KEYS / 8][2];
    softmax.weigh(now, scale, weights);
    softmax.shrink_sums<LENGTH>(sums);
    copy_wait<1>();
    shared_publish();
    __syncthreads();
    start_sums(sums, weights, vs);
    product_wait();
    settle<LENGTH / 8>(sums);
    settle<KEYS / 8>(after);
    copy_wait<0>();
    shared_publish();
    __syncthreads();
  };
  for (int j0 = 0; j0 < keys; j0 += 2 * KEYS) {
    attend(j0, scores[0], scores[1], ks[0], ks[1]);
    if (j0 + KEYS < keys) {
      attend(j0 + KEYS, scores[1], scores[0], ks[1], ks[0]);
    }
  }
  softmax.finish<LENGTH>(a, sums, i0 + warp * 16);
}

// Attention with a running softmax, so that no score matrix is kept: every type, every head size.
// The twin of attention_tensor.cu.
//
// Axes: q, out (queries, heads * size), k, v (keys, heads * size), bias (heads, queries + keys - 1)
// by key index minus query index. A block computes 32 queries of head blockIdx.y and 128 of its
// numbers, from blockIdx.z * 128 on; each query is four threads' work.
// Sources: Milakov and Gimelshein, Online normalizer calculation for softmax, 2018; Dao et al.,
// FlashAttention, 2022; Backend.attention.
#include "common.cuh"

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

KERNEL(attention, 128, Attention) {
  __shared__ float qs[32][33];
  __shared__ float ks[32][33];
  __shared__ float ps[32][33];
  __shared__ float vs[32][128];
  const int thread = threadIdx.x;
  const int query = thread / 4;
  const int part = thread % 4;
  const long long i0 = blockIdx.x * 32LL;
  const long long head = blockIdx.y;
  const long long slice = blockIdx.z * 128LL;
  const long long length = a.heads * a.size;
  const long long headAt = head * a.size;
  float largest = -3.0e38f;
  float total = 0.0f;
  float sums[32] = {};
  for (long long j0 = 0; j0 < a.keys; j0 += 32) {
    float scores[8] = {};
    for (long long d0 = 0; d0 < a.size; d0 += 32) {
      __syncthreads();
      for (int at = thread; at < 1024; at += 128) {
        const int row = at / 32;
        const int d = at % 32;
        const bool inside = d0 + d < a.size;
        const long long from = headAt + d0 + d;
        qs[row][d] = inside && i0 + row < a.queries ? load(a.q, (i0 + row) * length + from) : 0.0f;
        ks[row][d] = inside && j0 + row < a.keys ? load(a.k, (j0 + row) * length + from) : 0.0f;
      }
      __syncthreads();
      for (int d = 0; d < 32; d++) {
#pragma unroll
        for (int u = 0; u < 8; u++) {
          scores[u] += qs[query][d] * ks[part + 4 * u][d];
        }
      }
    }
    for (int at = thread; at < 32 * 128; at += 128) {
      const int row = at / 128;
      const long long d = slice + at % 128;
      const bool inside = d < a.size && j0 + row < a.keys;
      vs[row][at % 128] = inside ? load(a.v, (j0 + row) * length + headAt + d) : 0.0f;
    }
    float best = -3.0e38f;
#pragma unroll
    for (int u = 0; u < 8; u++) {
      const long long j = j0 + part + 4 * u;
      float score = scores[u] * (float)a.scale;
      if (a.bias.at && j < a.keys && i0 + query < a.queries) {
        score += load(a.bias, head * (a.queries + a.keys - 1) + j - (i0 + query) + a.queries - 1);
      }
      scores[u] = j < a.keys ? score : -3.0e38f;
      best = fmaxf(best, scores[u]);
    }
    best = fmaxf(best, __shfl_xor_sync(0xffffffffu, best, 1));
    best = fmaxf(best, __shfl_xor_sync(0xffffffffu, best, 2));
    const float raised = fmaxf(largest, best);
    const float shrink = expf(largest - raised);
    float sum = 0.0f;
#pragma unroll
    for (int u = 0; u < 8; u++) {
      const bool inside = j0 + part + 4 * u < a.keys;
      const float weight = inside ? expf(scores[u] - raised) : 0.0f;
      ps[query][part + 4 * u] = weight;
      sum += weight;
    }
    sum += __shfl_xor_sync(0xffffffffu, sum, 1);
    sum += __shfl_xor_sync(0xffffffffu, sum, 2);
    total = total * shrink + sum;
    largest = raised;
    __syncthreads();
#pragma unroll
    for (int e = 0; e < 32; e++) {
      sums[e] *= shrink;
    }
    for (int j = 0; j < 32; j++) {
      const float weight = ps[query][j];
#pragma unroll
      for (int e = 0; e < 32; e++) {
        sums[e] += weight * vs[j][part + 4 * e];
      }
    }
  }
  if (i0 + query < a.queries) {
#pragma unroll
    for (int e = 0; e < 32; e++) {
      const long long d = slice + part + 4 * e;
      if (d < a.size) {
        store(a.out, (i0 + query) * length + headAt + d, sums[e] / total);
      }
    }
  }
}

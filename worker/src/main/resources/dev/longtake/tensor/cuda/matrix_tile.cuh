// The portable matrix product: a block of 256 threads computes 64 x 64 results, each thread 4 x 4,
// 16 terms at a time through shared memory, sums in 32-bit floats in ascending order of k.
//
// Axes: out[m, n] = activation(bias[n] + sum_k left(m, k) right[n, k]). Tiles of n lie along
// blockIdx.x and tiles of m along blockIdx.y and z.
// The left side is a function, so that a convolution gathers its pixels on the way.
#include "common.cuh"

struct Product {
  View out;
  View x;
  View past;
  View weight;
  View bias;
  long long rows;
  long long outputs;
  long long terms;
  long long activation;
  // For convolutions.
  long long channels;
  long long frames;
  long long pastFrames;
  long long height;
  long long width;
  long long outHeight;
  long long outWidth;
  long long kernelHeight;
  long long kernelWidth;
  long long strideTime;
  long long strideSpace;
  long long firstFrame;
  long long paddingTop;
  long long paddingLeft;
};

DEVICE long long row_tile(const Product& a, int size) {
  return ((long long)blockIdx.z * gridDim.y + blockIdx.y) * size;
}

template <class Left>
DEVICE void matrix_tile(const Product& a, Left left) {
  __shared__ float xs[16][64 + 4];
  __shared__ float ws[16][64 + 4];
  const long long m0 = row_tile(a, 64);
  const long long n0 = blockIdx.x * 64LL;
  const int thread = threadIdx.x;
  const int mine = thread / 16 * 4;
  const int mineN = thread % 16 * 4;
  float sums[4][4] = {};
  for (long long k0 = 0; k0 < a.terms; k0 += 16) {
    for (int i = 0; i < 4; i++) {
      const int at = thread + 256 * i;
      const int k = at % 16;
      const int r = at / 16;
      const bool inside = k0 + k < a.terms;
      xs[k][r] = inside && m0 + r < a.rows ? left(m0 + r, k0 + k) : 0.0f;
      ws[k][r] =
          inside && n0 + r < a.outputs ? load(a.weight, (n0 + r) * a.terms + k0 + k) : 0.0f;
    }
    __syncthreads();
#pragma unroll
    for (int k = 0; k < 16; k++) {
#pragma unroll
      for (int i = 0; i < 4; i++) {
#pragma unroll
        for (int j = 0; j < 4; j++) {
          sums[i][j] += xs[k][mine + i] * ws[k][mineN + j];
        }
      }
    }
    __syncthreads();
  }
#pragma unroll
  for (int i = 0; i < 4; i++) {
#pragma unroll
    for (int j = 0; j < 4; j++) {
      const long long m = m0 + mine + i;
      const long long n = n0 + mineN + j;
      if (m < a.rows && n < a.outputs) {
        const float bias = a.bias.at ? load(a.bias, n) : 0.0f;
        store(a.out, m * a.outputs + n, activated(sums[i][j] + bias, a.activation));
      }
    }
  }
}

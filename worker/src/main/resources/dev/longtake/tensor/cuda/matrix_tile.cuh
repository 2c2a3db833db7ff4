// The portable matrix product: a block of 256 threads computes 64 x 64 results, each thread 4 x 4,
// 16 terms at a time through shared memory, sums in 32-bit floats in ascending order of k.
//
// Axes: out[m, n] = activation(bias[n] + sum_k left(m, k) right[n, k]). Tiles of n lie along
// blockIdx.x and tiles of m along blockIdx.y and z.
// The left side says what a row and what a term is, and gives a number by both, so that a
// convolution gathers its pixels on the way and works out little for each.
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

// Where a block's share of one output's numbers begins, its bias, and how it is stored.
struct Ending {
  const Product& a;
  bool byTwo;
  bool byFour;

  DEVICE_MEMBER explicit Ending(const Product& product)
      : a(product),
        byTwo(product.outputs % 2 == 0 && moves_by(product.out, 2)),
        byFour(product.outputs % 4 == 0 && moves_by(product.out, 4)) {}

  DEVICE_MEMBER float bias(long long n) const {
    return a.bias.at && n < a.outputs ? load(a.bias, n) : 0.0f;
  }

  DEVICE_MEMBER float result(float sum, float bias) const {
    return activated(sum + bias, a.activation);
  }

  DEVICE_MEMBER void store_one(long long m, long long n, float result) const {
    if (n < a.outputs) {
      store(a.out, m * a.outputs + n, result);
    }
  }
};

template <class Left>
DEVICE void matrix_tile(const Product& a, Left left) {
  __shared__ float xs[16][64 + 4];
  __shared__ float ws[16][64 + 4];
  const long long m0 = row_tile(a, 64);
  const long long n0 = blockIdx.x * 64LL;
  const int thread = threadIdx.x;
  const int mine = thread / 16 * 4;
  const int mineN = thread % 16 * 4;
  // A thread gathers term k0 + k of four rows and of four outputs, 16 apart.
  const int k = thread % 16;
  const int r = thread / 16;
  typename Left::Row rows[4];
#pragma unroll
  for (int i = 0; i < 4; i++) {
    rows[i] = left.row(m0 + r + 16 * i);
  }
  typename Left::Term term = left.term(k);
  const int size = a.weight.bf16 ? 2 : 4;
  const char* weight = (const char*)a.weight.at + ((n0 + r) * a.terms + k) * size;
  float sums[4][4] = {};
  const int terms = (int)a.terms;
  for (int k0 = 0; k0 < terms; k0 += 16) {
    const bool inside = k0 + k < terms;
#pragma unroll
    for (int i = 0; i < 4; i++) {
      const int at = r + 16 * i;
      xs[k][at] = inside && m0 + at < a.rows ? left.value(rows[i], term) : 0.0f;
      const char* w = weight + i * 16 * a.terms * size;
      ws[k][at] = !inside || n0 + at >= a.outputs ? 0.0f
                  : a.weight.bf16                 ? widen(*(const Bf16*)w)
                                                  : *(const float*)w;
    }
    left.forward(term, 16);
    weight += 16 * size;
    __syncthreads();
#pragma unroll
    for (int s = 0; s < 16; s++) {
#pragma unroll
      for (int i = 0; i < 4; i++) {
#pragma unroll
        for (int j = 0; j < 4; j++) {
          sums[i][j] += xs[s][mine + i] * ws[s][mineN + j];
        }
      }
    }
    __syncthreads();
  }
  const Ending ending(a);
  float bias[4];
#pragma unroll
  for (int j = 0; j < 4; j++) {
    bias[j] = ending.bias(n0 + mineN + j);
  }
#pragma unroll
  for (int i = 0; i < 4; i++) {
    const long long m = m0 + mine + i;
    Four results;
#pragma unroll
    for (int j = 0; j < 4; j++) {
      results.of[j] = ending.result(sums[i][j], bias[j]);
    }
    if (m < a.rows && ending.byFour && n0 + mineN < a.outputs) {
      store_four(a.out, m * a.outputs + n0 + mineN, results);
    } else if (m < a.rows) {
#pragma unroll
      for (int j = 0; j < 4; j++) {
        ending.store_one(m, n0 + mineN + j, results.of[j]);
      }
    }
  }
}

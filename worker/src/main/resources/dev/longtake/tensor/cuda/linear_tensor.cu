// A linear map of bf16 rows on tensor cores, sm_80 and later. Its twin is linear.cu.
//
// Axes: x (rows, terms), weight (outputs, terms), both bf16; bias (outputs), out (rows, outputs) of
// either type. terms % 8 == 0.
// Source: Backend.linear; NVIDIA, Ampere tuning guide.
#include "tensor_tile.cuh"

KERNEL(linear_tensor, 256, Product) {
  tensor_tile(a, [&](long long m, long long k) {
    return (const void*)((const Bf16*)a.x.at + m * a.terms + k);
  });
}

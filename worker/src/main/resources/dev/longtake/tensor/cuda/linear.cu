// A linear map of rows: every type, every size. The twin of linear_tensor.cu.
//
// Axes: x (rows, terms), weight (outputs, terms), bias (outputs), out (rows, outputs).
// Source: Backend.linear.
#include "matrix_tile.cuh"

KERNEL(linear, 256, Product) {
  matrix_tile(a, [&](long long m, long long k) { return load(a.x, m * a.terms + k); });
}

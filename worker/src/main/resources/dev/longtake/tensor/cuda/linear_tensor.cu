// A linear map of bf16 rows on tensor cores, sm_80 and later. Its twin is linear.cu.
//
// Axes: x (rows, terms), weight (outputs, terms), both bf16; bias (outputs), out (rows, outputs) of
// either type. terms % 8 == 0.
// Source: Backend.linear; NVIDIA, Ampere tuning guide.
#include "tensor_tile.cuh"

struct Rows {
  typedef const Bf16* Row;
  typedef int Term;
  const Product& a;

  DEVICE_MEMBER Row row(long long m) const {
    return m < a.rows ? (const Bf16*)a.x.at + m * a.terms : 0;
  }

  DEVICE_MEMBER Term term(int k) const { return k; }

  DEVICE_MEMBER void forward(Term& term, int step) const { term += step; }

  DEVICE_MEMBER const Bf16* at(Row row, Term term) const { return row ? row + term : 0; }
};

KERNEL_BESIDE(2, linear_tensor, 256, Product) { tensor_tile(a, Rows{a}); }

// A linear map of rows of 32-bit floats by bf16 weights on tensor cores, sm_80 and later. Its twin is
// linear.cu.
//
// Axes: x (rows, terms) in 32-bit floats, weight (outputs, terms) in bf16; bias (outputs), out (rows,
// outputs) of either type. terms % 8 == 0.
// Source: Backend.linear.
#include "split_tile.cuh"

struct Rows {
  typedef const float* Row;
  typedef int Term;
  const Product& a;

  DEVICE_MEMBER Row row(long long m) const {
    return m < a.rows ? (const float*)a.x.at + m * a.terms : 0;
  }

  DEVICE_MEMBER Term term(int k) const { return k; }

  DEVICE_MEMBER void forward(Term& term, int step) const { term += step; }

  DEVICE_MEMBER const float* at(Row row, Term term) const { return row ? row + term : 0; }
};

KERNEL_BESIDE(2, linear_split, 256, Product) { split_tile<4>(a, Rows{a}); }

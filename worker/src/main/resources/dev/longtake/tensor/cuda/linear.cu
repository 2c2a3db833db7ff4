// A linear map of rows: every type, every size. The twin of linear_tensor.cu.
//
// Axes: x (rows, terms), weight (outputs, terms), bias (outputs), out (rows, outputs).
// Source: Backend.linear.
#include "matrix_tile.cuh"

// The left side as matrix_tile wants it: a row by its first element, a term by its number.
struct Rows {
  typedef long long Row;
  typedef int Term;
  const Product& a;

  DEVICE_MEMBER Row row(long long m) const { return m * a.terms; }

  DEVICE_MEMBER Term term(int k) const { return k; }

  DEVICE_MEMBER void forward(Term& term, int step) const { term += step; }

  DEVICE_MEMBER float value(Row row, Term term) const { return load(a.x, row + term); }
};

KERNEL(linear, 256, Product) { matrix_tile(a, Rows{a}); }

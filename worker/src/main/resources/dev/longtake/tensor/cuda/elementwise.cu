// Element by element: copies (which also convert), fills, sums, products, activations.
//
// Axes: `count` elements in a row; for gates, rows of `length` with one gate an element of a row.
// Source: Backend.copy, fill, addScaled, addGated, multiply, activate.
#include "common.cuh"

struct Elements {
  View out;
  View x;
  View y;
  long long count;
  long long length;
  double factor;
  long long activation;
};

#define FOR_EACH(i)                                                                         \
  for (long long i = (long long)blockIdx.x * blockDim.x + threadIdx.x; i < a.count;         \
       i += (long long)gridDim.x * blockDim.x)

KERNEL(copy_elements, 256, Elements) { FOR_EACH(i) store(a.out, i, load(a.x, i)); }

KERNEL(fill, 256, Elements) { FOR_EACH(i) store(a.out, i, (float)a.factor); }

KERNEL(add_scaled, 256, Elements) {
  FOR_EACH(i) store(a.out, i, load(a.out, i) + (float)a.factor * load(a.x, i));
}

KERNEL(add_gated, 256, Elements) {
  FOR_EACH(i) store(a.out, i, load(a.out, i) + load(a.x, i) * load(a.y, i % a.length));
}

KERNEL(multiply, 256, Elements) { FOR_EACH(i) store(a.out, i, load(a.x, i) * load(a.y, i)); }

KERNEL(activate, 256, Elements) {
  FOR_EACH(i) store(a.out, i, activated(load(a.x, i), a.activation));
}

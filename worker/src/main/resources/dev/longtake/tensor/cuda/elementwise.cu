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

// out[i] = of(out[i], x[i], y[i]), four at a time where all of them can be moved so. What a kernel
// does not read is 0.
template <bool OUT, bool X, bool Y, class Of>
DEVICE void for_each(const Elements& a, Of of) {
  const long long first = (long long)blockIdx.x * blockDim.x + threadIdx.x;
  const long long step = (long long)gridDim.x * blockDim.x;
  const bool byFour =
      moves_by(a.out, 4) && (!X || moves_by(a.x, 4)) && (!Y || moves_by(a.y, 4));
  const long long fours = byFour ? a.count / 4 : 0;
  for (long long i = first; i < fours; i += step) {
    const Four zero = {{0.0f, 0.0f, 0.0f, 0.0f}};
    Four out = OUT ? load_four(a.out, 4 * i) : zero;
    const Four x = X ? load_four(a.x, 4 * i) : zero;
    const Four y = Y ? load_four(a.y, 4 * i) : zero;
#pragma unroll
    for (int e = 0; e < 4; e++) {
      out.of[e] = of(out.of[e], x.of[e], y.of[e]);
    }
    store_four(a.out, 4 * i, out);
  }
  for (long long i = 4 * fours + first; i < a.count; i += step) {
    store(a.out, i, of(OUT ? load(a.out, i) : 0.0f, X ? load(a.x, i) : 0.0f,
                       Y ? load(a.y, i) : 0.0f));
  }
}

KERNEL(copy_elements, 256, Elements) {
  for_each<false, true, false>(a, [&](float, float x, float) { return x; });
}

KERNEL(fill, 256, Elements) {
  for_each<false, false, false>(a, [&](float, float, float) { return (float)a.factor; });
}

KERNEL(add_scaled, 256, Elements) {
  for_each<true, true, false>(a,
                              [&](float out, float x, float) { return out + (float)a.factor * x; });
}

KERNEL(multiply, 256, Elements) {
  for_each<false, true, true>(a, [&](float, float x, float y) { return x * y; });
}

KERNEL(activate, 256, Elements) {
  for_each<false, true, false>(a, [&](float, float x, float) { return activated(x, a.activation); });
}

// A gate belongs to a number's place in its row.
KERNEL(add_gated, 256, Elements) {
  const long long first = (long long)blockIdx.x * blockDim.x + threadIdx.x;
  const long long step = (long long)gridDim.x * blockDim.x;
  const unsigned length = (unsigned)a.length;
  const bool byFour =
      length % 4 == 0 && moves_by(a.out, 4) && moves_by(a.x, 4) && moves_by(a.y, 4);
  const long long fours = byFour ? a.count / 4 : 0;
  for (long long i = first; i < fours; i += step) {
    // Rows of fours, of which there are fewer than 2^32.
    const unsigned place = (unsigned)i % (length / 4) * 4;
    Four out = load_four(a.out, 4 * i);
    const Four x = load_four(a.x, 4 * i);
    const Four gate = load_four(a.y, place);
#pragma unroll
    for (int e = 0; e < 4; e++) {
      out.of[e] = out.of[e] + x.of[e] * gate.of[e];
    }
    store_four(a.out, 4 * i, out);
  }
  for (long long i = 4 * fours + first; i < a.count; i += step) {
    store(a.out, i, load(a.out, i) + load(a.x, i) * load(a.y, i % a.length));
  }
}

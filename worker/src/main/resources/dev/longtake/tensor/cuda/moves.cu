// Operations that only move elements: each thread writes the elements of the result in order.
//
// Axes: planes (C, T, H, W), frames (T, H, W, C), tokens (rows, features); the sizes in the struct
// are those of the planes or of the frames that come in.
// Source: Backend.patchify, unpatchify, upsampleNearest, splitFrames, channelsLast.
#include "common.cuh"

struct Moves {
  View out;
  View x;
  long long count;
  long long channels;
  long long frames;
  long long height;
  long long width;
  long long patch;
};

// Divisions of 32 bits are several times as fast as of 64, and wide enough but for the largest tensors.
#define IN_FEWEST_BITS(function) \
  if (a.count < (1LL << 32)) {   \
    function<unsigned>(a);       \
  } else {                       \
    function<long long>(a);      \
  }

#define FOR_EACH(i, count)                                                                    \
  for (unsigned long long i = (unsigned long long)blockIdx.x * blockDim.x + threadIdx.x;      \
       i < (unsigned long long)(count); i += (unsigned long long)gridDim.x * blockDim.x)

// How many neighbouring channels of a pixel are moved as one.
DEVICE int neighbours(const Moves& a) {
  return a.channels % 4 == 0 && moves_by(a.x, 4) && moves_by(a.out, 4) ? 4 : 1;
}

// Moves them from place to place, both counted in so many.
DEVICE void move(const Moves& a, unsigned long long to, unsigned long long from, int count) {
  if (count == 4) {
    store_four(a.out, 4 * to, load_four(a.x, 4 * from));
  } else {
    store(a.out, to, load(a.x, from));
  }
}

template <class Index>
DEVICE void patchify_in(const Moves& a) {
  const Index patch = (Index)a.patch;
  const Index length = (Index)a.channels * patch * patch;
  const Index across = (Index)a.width / patch;
  const Index down = (Index)a.height / patch;
  FOR_EACH(i, a.count) {
    const Index token = (Index)i / length;
    const Index feature = (Index)i % length;
    const Index line = token / across;
    const Index dy = feature / patch;
    const Index x = token % across * patch + feature % patch;
    const Index y = line % down * patch + dy % patch;
    const Index from =
        ((dy / patch * (Index)a.frames + line / down) * (Index)a.height + y) * (Index)a.width + x;
    move(a, i, from, 1);
  }
}

KERNEL(patchify, 256, Moves) { IN_FEWEST_BITS(patchify_in) }

template <class Index>
DEVICE void unpatchify_in(const Moves& a) {
  const Index patch = (Index)a.patch;
  const Index width = (Index)a.width;
  const Index height = (Index)a.height;
  const Index length = (Index)a.channels * patch * patch;
  FOR_EACH(i, a.count) {
    const Index line = (Index)i / width;
    const Index plane = line / height;
    const Index x = (Index)i % width;
    const Index y = line % height;
    const Index t = plane % (Index)a.frames;
    const Index c = plane / (Index)a.frames;
    const Index token = (t * (height / patch) + y / patch) * (width / patch) + x / patch;
    const Index feature = (y % patch * patch + x % patch) * (Index)a.channels + c;
    move(a, i, token * length + feature, 1);
  }
}

KERNEL(unpatchify, 256, Moves) { IN_FEWEST_BITS(unpatchify_in) }

template <class Index>
DEVICE void upsample_nearest_in(const Moves& a) {
  const int count = neighbours(a);
  const Index channels = (Index)a.channels / count;
  const Index width = 2 * (Index)a.width;
  const Index height = 2 * (Index)a.height;
  FOR_EACH(i, a.count / count) {
    const Index pixel = (Index)i / channels;
    const Index line = pixel / width;
    const Index x = pixel % width / 2;
    const Index y = line % height / 2;
    const Index t = line / height;
    const Index from = (t * (Index)a.height + y) * (Index)a.width + x;
    move(a, i, from * channels + (Index)i % channels, count);
  }
}

KERNEL(upsample_nearest, 256, Moves) { IN_FEWEST_BITS(upsample_nearest_in) }

template <class Index>
DEVICE void split_frames_in(const Moves& a) {
  const int count = neighbours(a);
  const Index channels = (Index)a.channels / count;
  const Index plane = (Index)a.height * (Index)a.width;
  FOR_EACH(i, a.count / count) {
    const Index pixel = (Index)i / channels;
    const Index frame = pixel / plane;
    const Index from = (frame / 2 * plane + pixel % plane) * 2 + frame % 2;
    move(a, i, from * channels + (Index)i % channels, count);
  }
}

// `channels` are those of the result, half of what comes in.
KERNEL(split_frames, 256, Moves) { IN_FEWEST_BITS(split_frames_in) }

// A matrix (height, width) becomes (width, height), through a tile so that both sides are read and
// written in rows. One block a tile of 32 x 32, numbered along the longer side by blockIdx.x.
KERNEL(transpose, 256, Moves) {
  __shared__ float tile[32][33];
  const bool wide = a.width > a.height;
  const long long column = (wide ? blockIdx.x : blockIdx.y) * 32LL;
  const long long row = (wide ? blockIdx.y : blockIdx.x) * 32LL;
  const int lane = threadIdx.x % 32;
  const int warp = threadIdx.x / 32;
  for (int r = warp; r < 32; r += 8) {
    if (row + r < a.height && column + lane < a.width) {
      tile[r][lane] = load(a.x, (row + r) * a.width + column + lane);
    }
  }
  __syncthreads();
  for (int r = warp; r < 32; r += 8) {
    if (column + r < a.width && row + lane < a.height) {
      store(a.out, (column + r) * a.height + row + lane, tile[lane][r]);
    }
  }
}

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

#define FOR_EACH(i)                                                                         \
  for (long long i = (long long)blockIdx.x * blockDim.x + threadIdx.x; i < a.count;         \
       i += (long long)gridDim.x * blockDim.x)

KERNEL(patchify, 256, Moves) {
  const long long length = a.channels * a.patch * a.patch;
  const long long across = a.width / a.patch;
  const long long down = a.height / a.patch;
  FOR_EACH(i) {
    const long long token = i / length;
    const long long feature = i % length;
    const long long x = token % across * a.patch + feature % a.patch;
    const long long y = token / across % down * a.patch + feature / a.patch % a.patch;
    const long long t = token / across / down;
    const long long c = feature / a.patch / a.patch;
    store(a.out, i, load(a.x, ((c * a.frames + t) * a.height + y) * a.width + x));
  }
}

KERNEL(unpatchify, 256, Moves) {
  const long long length = a.channels * a.patch * a.patch;
  const long long across = a.width / a.patch;
  FOR_EACH(i) {
    const long long x = i % a.width;
    const long long y = i / a.width % a.height;
    const long long t = i / a.width / a.height % a.frames;
    const long long c = i / a.width / a.height / a.frames;
    const long long token = (t * (a.height / a.patch) + y / a.patch) * across + x / a.patch;
    const long long feature = (y % a.patch * a.patch + x % a.patch) * a.channels + c;
    store(a.out, i, load(a.x, token * length + feature));
  }
}

KERNEL(upsample_nearest, 256, Moves) {
  FOR_EACH(i) {
    const long long c = i % a.channels;
    const long long x = i / a.channels % (2 * a.width) / 2;
    const long long y = i / a.channels / (2 * a.width) % (2 * a.height) / 2;
    const long long t = i / a.channels / (2 * a.width) / (2 * a.height);
    store(a.out, i, load(a.x, ((t * a.height + y) * a.width + x) * a.channels + c));
  }
}

// `channels` are those of the result, half of what comes in.
KERNEL(split_frames, 256, Moves) {
  const long long plane = a.height * a.width;
  FOR_EACH(i) {
    const long long c = i % a.channels;
    const long long pixel = i / a.channels % plane;
    const long long frame = i / a.channels / plane;
    const long long from = (frame / 2 * plane + pixel) * 2 + frame % 2;
    store(a.out, i, load(a.x, from * a.channels + c));
  }
}

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

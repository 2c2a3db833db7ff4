// Where a term of a convolution comes from, for a convolution written as a matrix product.
//
// Axes: row m is the pixel (t', y', x') of the result; term k is (tap, dy, dx, c) with c fastest.
// `firstFrame` is the frame of tap 0 at t' = 0, negative where it lies in the past. Taps that are
// all zero were left out of the weight, and firstFrame counts from the first one kept.
// Source: ConvSpec; Chetlur et al., cuDNN, 2014 (implicit matrix product).

struct Pixel {
  const char* at;  // null: a zero outside of the frames
};

// The address of term k of row m.
DEVICE Pixel pixel(const Product& a, long long m, long long k) {
  Pixel found = {0};
  const long long c = k % a.channels;
  long long tap = k / a.channels;
  const long long dx = tap % a.kernelWidth;
  tap /= a.kernelWidth;
  const long long dy = tap % a.kernelHeight;
  tap /= a.kernelHeight;
  const long long x = m % a.outWidth * a.strideSpace + dx - a.paddingLeft;
  m /= a.outWidth;
  const long long y = m % a.outHeight * a.strideSpace + dy - a.paddingTop;
  long long frame = m / a.outHeight * a.strideTime + tap + a.firstFrame;
  if (x < 0 || x >= a.width || y < 0 || y >= a.height) {
    return found;
  }
  View source = a.x;
  if (frame < 0) {
    frame += a.pastFrames;
    source = a.past;
    if (frame < 0) {
      return found;
    }
  }
  const long long at = ((frame * a.height + y) * a.width + x) * a.channels + c;
  found.at = (const char*)source.at + at * (source.bf16 ? 2 : 4);
  return found;
}

// Where a term of a convolution comes from, for a convolution written as a matrix product.
//
// Axes: row m is the pixel (t', y', x') of the result; term k is (tap, dy, dx, c) with c fastest.
// `firstFrame` is the frame of tap 0 at t' = 0, negative where it lies in the past. Taps that are
// all zero were left out of the weight, and firstFrame counts from the first one kept.
//
// A thread gathers a few rows for many terms, so that what a row is and what a term is are worked
// out apart: rows once, by division; terms by counting on from the last one. What is left for each
// pixel is to add, and to see whether it is inside. Rows, terms and pixels are below 2^30.
// Source: ConvSpec; Chetlur et al., cuDNN, 2014 (implicit matrix product).

struct Pixels {
  const Product& a;

  // The pixel that term 0 of a row comes from; far outside for a row past the end.
  struct Row {
    int x, y, frame;
  };

  // A term's channel, and how far its pixel lies from that of term 0.
  struct Term {
    int c, dx, dy, tap;
  };

  DEVICE_MEMBER Row row(long long m) const {
    const unsigned width = (unsigned)a.outWidth;
    const unsigned height = (unsigned)a.outHeight;
    const unsigned line = (unsigned)m / width;
    Row row;
    row.x = (int)(((unsigned)m - line * width) * (unsigned)a.strideSpace) - (int)a.paddingLeft;
    row.y = (int)(line % height * (unsigned)a.strideSpace) - (int)a.paddingTop;
    row.frame = (int)(line / height * (unsigned)a.strideTime) + (int)a.firstFrame;
    if (m >= a.rows) {
      row.x = -(1 << 30);
    }
    return row;
  }

  DEVICE_MEMBER Term term(int k) const {
    Term term = {0, 0, 0, 0};
    forward(term, k);
    return term;
  }

  // From a term to the one `step` later.
  DEVICE_MEMBER void forward(Term& term, int step) const {
    term.c += step;
    while (term.c >= (int)a.channels) {
      term.c -= (int)a.channels;
      if (++term.dx == (int)a.kernelWidth) {
        term.dx = 0;
        if (++term.dy == (int)a.kernelHeight) {
          term.dy = 0;
          term.tap++;
        }
      }
    }
  }

  // The address of a term of a row; null: a zero outside of the frames.
  DEVICE_MEMBER const char* at(const Row& row, const Term& term) const {
    const int x = row.x + term.dx;
    const int y = row.y + term.dy;
    int frame = row.frame + term.tap;
    const char* source = (const char*)a.x.at;
    if (frame < 0) {
      frame += (int)a.pastFrames;
      source = (const char*)a.past.at;
    }
    const bool inside =
        (unsigned)x < (unsigned)a.width && (unsigned)y < (unsigned)a.height && frame >= 0;
    const int pixel = (frame * (int)a.height + y) * (int)a.width + x;
    const int size = a.x.bf16 ? 2 : 4;
    return inside ? source + (long long)pixel * ((int)a.channels * size) + term.c * size : 0;
  }
};

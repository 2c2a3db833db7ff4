package dev.longtake.tensor.cpu;

import dev.longtake.tensor.ConvSpec;
import dev.longtake.tensor.DType;
import dev.longtake.tensor.OpChecks;
import dev.longtake.tensor.Tensor;
import dev.longtake.tensor.cpu.DnnlEngine.PostOps;
import dev.longtake.tensor.cpu.DnnlEngine.Window;
import dev.longtake.tensor.cpu.MathThread.ConvKey;
import dev.longtake.tensor.cpu.MathThread.ConvShape;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A convolution over frames as one convolution of pictures for each time tap, added up. A tile is a
 * band of rows of one result frame. Taps that are zero, or that fall on the zero frames before the
 * first one, are left out.
 */
final class CpuConv {

  /** Multiply-adds of a tile: enough to hide the call, few enough to share a small picture. */
  private static final long TILE_WORK = 8L << 20;

  /** A band of rows of the result, and the rows of the input it needs. */
  private record Band(int firstRow, ConvShape shape, long layout) {}

  private final Tensor out;
  private final Tensor x;
  private final @Nullable Tensor past;
  private final int pastCount;
  private final CpuWeights.Conv weight;
  private final DType operands;
  private final ConvSpec spec;
  private final Tiling tiling;
  private final List<Band> bands = new ArrayList<>();

  CpuConv(Tensor out, Tensor x, @Nullable Tensor past, CpuWeights.Conv weight) {
    this.out = out;
    this.x = x;
    this.past = past;
    this.weight = weight;
    operands = weight.layouts().operands();
    spec = weight.spec();
    pastCount = OpChecks.conv(out, x, past, spec);
    long rowWork =
        (long) out.dim(2)
            * spec.outputChannels()
            * spec.inputChannels()
            * spec.kernelHeight()
            * spec.kernelWidth()
            * Math.max(1, weight.taps().size());
    tiling = Tiling.ofWork(out.dim(1), rowWork, TILE_WORK);
    for (int index = 0; index < tiling.tileCount(); index++) {
      Band band = band(tiling.first(index), tiling.count(index));
      weight.taps().forEach(tap -> tap.require(band.layout(), weight.layouts()));
      bands.add(band);
    }
  }

  private Band band(int first, int count) {
    // Rows of the input that the band needs; what lies outside is padding.
    int top = first * spec.strideSpace() - spec.paddingTop();
    int bottom = top + (count - 1) * spec.strideSpace() + spec.kernelHeight();
    int firstRow = Math.max(0, top);
    int endRow = Math.min(x.dim(1), bottom);
    ConvShape shape =
        new ConvShape(
            endRow - firstRow,
            x.dim(2),
            x.dim(3),
            count,
            out.dim(2),
            out.dim(3),
            spec.kernelHeight(),
            spec.kernelWidth(),
            new Window(
                spec.strideSpace(),
                firstRow - top,
                bottom - endRow,
                spec.paddingLeft(),
                paddingRight()));
    return new Band(firstRow, shape, weight.layouts().kernelLayout(shape));
  }

  int tileCount() {
    return out.dim(0) * bands.size();
  }

  void compute(int index, MathThread thread) {
    int frame = index / bands.size();
    Band band = bands.get(index % bands.size());
    int first = tiling.first(index % bands.size());
    long target = rowAddress(out, frame, first);
    boolean isFirst = true;
    for (CpuWeights.Tap tap : weight.taps()) {
      long source =
          source(frame * spec.strideTime() + tap.time() - spec.pastFrameCount(), band.firstRow());
      if (source != 0) {
        PostOps postOps = isFirst ? PostOps.NONE : PostOps.SUM;
        thread.convolve(
            new ConvKey(operands, band.shape(), band.layout(), isFirst, postOps),
            thread.operand(operands, source, band.shape().inputCount()),
            tap.kernel(band.layout()).address(),
            weight.bias().address(),
            target);
        isFirst = false;
      }
    }
    if (isFirst) {
      fillWithBias(target, band.shape().outputHeight() * out.dim(2));
    }
  }

  /** Right padding as oneDNN wants it: exactly what the result's width implies. */
  private int paddingRight() {
    int reach = (out.dim(2) - 1) * spec.strideSpace() + spec.kernelWidth();
    return reach - spec.paddingLeft() - x.dim(2);
  }

  /** Where a row of a source frame lies; 0: the frame is a zero frame. */
  private long source(int frame, int row) {
    if (frame >= 0) {
      return rowAddress(x, frame, row);
    }
    if (past != null && frame >= -pastCount) {
      return rowAddress(past, frame + pastCount, row);
    }
    return 0;
  }

  private static long rowAddress(Tensor frames, int frame, int row) {
    long rows = (long) frame * frames.dim(1) + row;
    return frames.address() + 4L * rows * frames.dim(2) * frames.dim(3);
  }

  private void fillWithBias(long target, int pixels) {
    long pixelBytes = 4L * out.dim(3);
    for (int pixel = 0; pixel < pixels; pixel++) {
      Memory.copy(target + pixel * pixelBytes, weight.bias().address(), pixelBytes);
    }
  }
}

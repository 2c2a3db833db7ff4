package dev.longtake.tensor;

import static java.lang.foreign.ValueLayout.JAVA_FLOAT;

import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/**
 * The definition of every operation: plain loops on one thread, sums in 64 bits, one rounding at
 * the end. Slow; for tests and for reading.
 */
public final class ReferenceBackend implements Backend {

  /** The weight as it came. */
  private record PlainLinear(int outputCount, int inputCount, Tensor weight, @Nullable Tensor bias)
      implements LinearWeight {}

  private record PlainConv(ConvSpec spec, Tensor weight, @Nullable Tensor bias)
      implements ConvWeight {}

  private final HostMemory memory = new HostMemory();

  @Override
  public String engineClass() {
    return "reference-f64-1";
  }

  @Override
  public Tensor allocate(Shape shape) {
    return memory.allocate(shape);
  }

  @Override
  public Workspace openWorkspace() {
    return new Workspace(memory);
  }

  @Override
  public void write(Tensor out, float[] values, int first) {
    HostMemory.write(out, values, first);
  }

  @Override
  public void read(Tensor x, float[] values, int first) {
    HostMemory.read(x, values, first);
  }

  @Override
  public void copy(Tensor out, Tensor x) {
    OpChecks.sameCount(out, x);
    out.storage().copyFrom(x.storage());
  }

  @Override
  public void fill(Tensor out, float value) {
    for (long i = 0; i < out.elementCount(); i++) {
      set(out, i, value);
    }
  }

  @Override
  public LinearWeight prepareLinear(
      int outputCount, int inputCount, MemorySegment weight, @Nullable MemorySegment bias) {
    return new PlainLinear(
        outputCount,
        inputCount,
        owned(Shape.of(outputCount, inputCount), weight),
        bias == null ? null : owned(Shape.of(outputCount), bias));
  }

  @Override
  public ConvWeight prepareConv(ConvSpec spec, MemorySegment weight, @Nullable MemorySegment bias) {
    Shape shape =
        Shape.of(
            spec.outputChannels(),
            spec.inputChannels(),
            spec.kernelTime(),
            spec.kernelHeight(),
            spec.kernelWidth());
    return new PlainConv(
        spec,
        owned(shape, weight),
        bias == null ? null : owned(Shape.of(spec.outputChannels()), bias));
  }

  private Tensor owned(Shape shape, MemorySegment values) {
    Tensor tensor = allocate(shape);
    tensor.storage().copyFrom(values);
    return tensor;
  }

  @Override
  public void linear(Tensor out, Tensor x, LinearWeight weight, Activation activation) {
    PlainLinear plain = (PlainLinear) weight;
    int rows = OpChecks.linear(out, x, weight);
    int inputs = plain.inputCount();
    int outputs = plain.outputCount();
    for (int n = 0; n < rows; n++) {
      for (int m = 0; m < outputs; m++) {
        double sum = plain.bias() == null ? 0 : get(plain.bias(), m);
        for (int k = 0; k < inputs; k++) {
          sum +=
              (double) get(x, (long) n * inputs + k) * get(plain.weight(), (long) m * inputs + k);
        }
        set(out, (long) n * outputs + m, activated(sum, activation));
      }
    }
  }

  private static double activated(double x, Activation activation) {
    return switch (activation) {
      case NONE -> x;
      case SILU -> x / (1 + Math.exp(-x));
      case GELU_TANH ->
          0.5 * x * (1 + Math.tanh(Math.sqrt(2 / Math.PI) * (x + 0.044715 * x * x * x)));
    };
  }

  @Override
  public void layerNormModulated(Tensor out, Tensor x, Tensor scale, Tensor shift, float epsilon) {
    layerNorm(out, x, scale, 1, shift, epsilon);
  }

  @Override
  public void layerNormAffine(Tensor out, Tensor x, Tensor weight, Tensor bias, float epsilon) {
    layerNorm(out, x, weight, 0, bias, epsilon);
  }

  private static void layerNorm(
      Tensor out, Tensor x, Tensor scale, double scaleOffset, Tensor shift, float epsilon) {
    int length = x.dim(-1);
    int rows = OpChecks.rows(x, length, "x");
    OpChecks.sameCount(out, x);
    OpChecks.shape(scale, "scale", length);
    OpChecks.shape(shift, "shift", length);
    for (int n = 0; n < rows; n++) {
      long first = (long) n * length;
      double mean = 0;
      for (int d = 0; d < length; d++) {
        mean += get(x, first + d);
      }
      mean /= length;
      double variance = 0;
      for (int d = 0; d < length; d++) {
        double distance = get(x, first + d) - mean;
        variance += distance * distance;
      }
      double inverse = 1 / Math.sqrt(variance / length + epsilon);
      for (int d = 0; d < length; d++) {
        double normal = (get(x, first + d) - mean) * inverse;
        set(out, first + d, normal * (scaleOffset + get(scale, d)) + get(shift, d));
      }
    }
  }

  @Override
  public void rmsNorm(Tensor out, Tensor x, Tensor weight, float epsilon) {
    int length = x.dim(-1);
    int rows = OpChecks.rows(x, length, "x");
    OpChecks.sameCount(out, x);
    OpChecks.shape(weight, "weight", length);
    for (int n = 0; n < rows; n++) {
      long first = (long) n * length;
      double inverse = 1 / Math.sqrt(squares(x, first, length) / length + epsilon);
      for (int d = 0; d < length; d++) {
        set(out, first + d, get(x, first + d) * inverse * get(weight, d));
      }
    }
  }

  private static double squares(Tensor x, long first, int length) {
    double sum = 0;
    for (int d = 0; d < length; d++) {
      sum += (double) get(x, first + d) * get(x, first + d);
    }
    return sum;
  }

  @Override
  public void rotate(Tensor out, Tensor x, Tensor cos, Tensor sin, int headCount) {
    int rows = OpChecks.rotate(out, x, cos, sin, headCount);
    int pairs = cos.dim(1);
    for (int n = 0; n < rows; n++) {
      for (int h = 0; h < headCount; h++) {
        for (int j = 0; j < pairs; j++) {
          long at = 2L * (((long) n * headCount + h) * pairs + j);
          double c = get(cos, (long) n * pairs + j);
          double s = get(sin, (long) n * pairs + j);
          double a = get(x, at);
          double b = get(x, at + 1);
          set(out, at, a * c - b * s);
          set(out, at + 1, a * s + b * c);
        }
      }
    }
  }

  @Override
  public void attention(
      Tensor out,
      Tensor q,
      Tensor k,
      Tensor v,
      int headCount,
      float scale,
      @Nullable Tensor relativeBias) {
    OpChecks.attention(out, q, k, v, headCount, relativeBias);
    int length = q.dim(-1);
    int head = length / headCount;
    int queries = OpChecks.rows(q, length, "q");
    int keys = OpChecks.rows(k, length, "k");
    for (int i = 0; i < queries; i++) {
      for (int h = 0; h < headCount; h++) {
        long query = (long) i * length + (long) h * head;
        double[] scores = new double[keys];
        for (int j = 0; j < keys; j++) {
          scores[j] = scale * dot(q, query, k, (long) j * length + (long) h * head, head);
          if (relativeBias != null) {
            scores[j] += get(relativeBias, (long) h * (queries + keys - 1) + j - i + queries - 1);
          }
        }
        softmax(scores);
        for (int d = 0; d < head; d++) {
          double sum = 0;
          for (int j = 0; j < keys; j++) {
            sum += scores[j] * get(v, (long) j * length + (long) h * head + d);
          }
          set(out, query + d, sum);
        }
      }
    }
  }

  private static double dot(Tensor x, long first, Tensor y, long second, int length) {
    double sum = 0;
    for (int d = 0; d < length; d++) {
      sum += (double) get(x, first + d) * get(y, second + d);
    }
    return sum;
  }

  private static void softmax(double[] scores) {
    double max = Double.NEGATIVE_INFINITY;
    for (double score : scores) {
      max = Math.max(max, score);
    }
    double sum = 0;
    for (int j = 0; j < scores.length; j++) {
      scores[j] = Math.exp(scores[j] - max);
      sum += scores[j];
    }
    for (int j = 0; j < scores.length; j++) {
      scores[j] /= sum;
    }
  }

  @Override
  public void addScaled(Tensor x, Tensor y, float factor) {
    OpChecks.sameCount(x, y);
    for (long i = 0; i < x.elementCount(); i++) {
      set(x, i, get(x, i) + (double) factor * get(y, i));
    }
  }

  @Override
  public void addGated(Tensor x, Tensor y, Tensor gate) {
    OpChecks.sameCount(x, y);
    int length = x.dim(-1);
    OpChecks.shape(gate, "gate", length);
    for (long i = 0; i < x.elementCount(); i++) {
      set(x, i, get(x, i) + (double) get(y, i) * get(gate, i % length));
    }
  }

  @Override
  public void multiply(Tensor out, Tensor x, Tensor y) {
    OpChecks.sameCount(out, x);
    OpChecks.sameCount(x, y);
    for (long i = 0; i < x.elementCount(); i++) {
      set(out, i, (double) get(x, i) * get(y, i));
    }
  }

  @Override
  public void activate(Tensor out, Tensor x, Activation activation) {
    OpChecks.sameCount(out, x);
    for (long i = 0; i < x.elementCount(); i++) {
      set(out, i, activated(get(x, i), activation));
    }
  }

  @Override
  public void patchify(Tensor out, Tensor x, int patch) {
    OpChecks.patches(out, x, patch);
    FrameMoves.patchify(out, x, patch);
  }

  @Override
  public void unpatchify(Tensor out, Tensor x, int patch) {
    OpChecks.patches(x, out, patch);
    FrameMoves.unpatchify(out, x, patch);
  }

  @Override
  public void conv(Tensor out, Tensor x, @Nullable Tensor past, ConvWeight weight) {
    PlainConv plain = (PlainConv) weight;
    int pastFrames = OpChecks.conv(out, x, past, plain.spec());
    ConvSpec spec = plain.spec();
    for (int t = 0; t < out.dim(0); t++) {
      for (int y = 0; y < out.dim(1); y++) {
        for (int w = 0; w < out.dim(2); w++) {
          for (int c = 0; c < spec.outputChannels(); c++) {
            double sum = plain.bias() == null ? 0 : get(plain.bias(), c);
            for (int tap = 0; tap < spec.kernelTime(); tap++) {
              int frame = t * spec.strideTime() + tap - spec.pastFrameCount();
              if (frame >= 0) {
                sum += tap(x, frame, plain, c, tap, y, w);
              } else if (past != null && frame >= -pastFrames) {
                sum += tap(past, frame + pastFrames, plain, c, tap, y, w);
              }
            }
            long at = ((long) t * out.dim(1) + y) * out.dim(2) + w;
            set(out, at * spec.outputChannels() + c, sum);
          }
        }
      }
    }
  }

  private static double tap(
      Tensor x, int frame, PlainConv plain, int channel, int tap, int row, int column) {
    ConvSpec spec = plain.spec();
    int channels = spec.inputChannels();
    double sum = 0;
    for (int dy = 0; dy < spec.kernelHeight(); dy++) {
      int y = row * spec.strideSpace() + dy - spec.paddingTop();
      for (int dx = 0; dx < spec.kernelWidth(); dx++) {
        int w = column * spec.strideSpace() + dx - spec.paddingLeft();
        if (y < 0 || y >= x.dim(1) || w < 0 || w >= x.dim(2)) {
          continue;
        }
        long pixel = (((long) frame * x.dim(1) + y) * x.dim(2) + w) * channels;
        for (int c = 0; c < channels; c++) {
          long kernel = ((long) channel * channels + c) * spec.kernelTime() + tap;
          long at = (kernel * spec.kernelHeight() + dy) * spec.kernelWidth() + dx;
          sum += (double) get(x, pixel + c) * get(plain.weight(), at);
        }
      }
    }
    return sum;
  }

  @Override
  public void channelNorm(Tensor out, Tensor x, Tensor gamma, Activation activation) {
    int length = x.dim(-1);
    int rows = OpChecks.rows(x, length, "x");
    OpChecks.sameCount(out, x);
    OpChecks.shape(gamma, "gamma", length);
    for (int n = 0; n < rows; n++) {
      long first = (long) n * length;
      double norm = Math.max(Math.sqrt(squares(x, first, length)), 1e-12);
      double factor = Math.sqrt(length) / norm;
      for (int d = 0; d < length; d++) {
        set(out, first + d, activated(get(x, first + d) * factor * get(gamma, d), activation));
      }
    }
  }

  @Override
  public void upsampleNearest(Tensor out, Tensor x) {
    FrameMoves.upsampleNearest(out, x);
  }

  @Override
  public void splitFrames(Tensor out, Tensor x) {
    FrameMoves.splitFrames(out, x);
  }

  @Override
  public void channelsLast(Tensor out, Tensor x) {
    FrameMoves.channelsLast(out, x);
  }

  private static float get(Tensor x, long index) {
    return x.storage().getAtIndex(JAVA_FLOAT, index);
  }

  private static void set(Tensor x, long index, double value) {
    x.storage().setAtIndex(JAVA_FLOAT, index, (float) value);
  }

  @Override
  public void close() {
    memory.close();
  }
}

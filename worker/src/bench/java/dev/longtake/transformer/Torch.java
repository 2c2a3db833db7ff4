package dev.longtake.transformer;

import static org.bytedeco.pytorch.global.torch.conv2d;
import static org.bytedeco.pytorch.global.torch.conv3d;
import static org.bytedeco.pytorch.global.torch.from_blob;
import static org.bytedeco.pytorch.global.torch.linear;

import dev.longtake.weights.WeightSource;
import java.util.HashMap;
import java.util.Map;
import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.global.torch.ScalarType;

/** Weights as libtorch's tensors, and the few operations that its graphs here are made of. */
final class Torch {

  private static final long[] ONES_2 = {1, 1};
  private static final long[] ONES_3 = {1, 1, 1};

  private final WeightSource source;
  private final ScalarType type;
  private final Map<String, Tensor> known = new HashMap<>();

  Torch(WeightSource source, ScalarType type) {
    this.source = source;
    this.type = type;
  }

  static Tensor tensor(float[] values, long... dims) {
    FloatPointer pointer = new FloatPointer(values);
    return from_blob(pointer, dims).clone();
  }

  static float[] values(Tensor x) {
    Tensor plain = x.to(ScalarType.Float).contiguous();
    float[] values = new float[(int) plain.numel()];
    plain.data_ptr_float().get(values);
    return values;
  }

  Tensor weight(String name) {
    Tensor tensor = known.get(name);
    if (tensor == null) {
      long[] dims = source.shape(name).dims().stream().mapToLong(Integer::longValue).toArray();
      tensor = tensor(source.readF32(name), dims).to(type);
      tensor.retainReference(); // it outlives the scope of the call that wants it first
      known.put(name, tensor);
    }
    return tensor;
  }

  Tensor line(Tensor x, String name) {
    return linear(x, matrix(name), new TensorOptional(weight(name + ".bias")));
  }

  private Tensor matrix(String name) {
    Tensor weight = weight(name + ".weight");
    return weight.dim() == 2 ? weight : weight.reshape(weight.size(0), -1);
  }

  /** {@code (1, C, T, H, W)}, zeros before the first frame. */
  Tensor causal(Tensor x, String name) {
    Tensor weight = weight(name + ".weight");
    long before = weight.size(2) - 1;
    long side = weight.size(3) / 2;
    Tensor padded =
        before == 0
            ? x
            : org.bytedeco.pytorch.global.torch.constant_pad_nd(
                x, new long[] {0, 0, 0, 0, before, 0}, new Scalar(0.0f));
    return conv3d(
        padded,
        weight,
        new TensorOptional(weight(name + ".bias")),
        ONES_3,
        new long[] {0, side, side},
        ONES_3,
        1);
  }

  /** {@code (N, C, H, W)}. */
  Tensor flat(Tensor x, String name, long padding) {
    return conv2d(
        x,
        weight(name + ".weight"),
        new TensorOptional(weight(name + ".bias")),
        ONES_2,
        new long[] {padding, padding},
        ONES_2,
        1);
  }
}

package dev.longtake.tensor.cpu;

import dev.longtake.tensor.Activation;
import dev.longtake.tensor.Backend;
import dev.longtake.tensor.ConvSpec;
import dev.longtake.tensor.ConvWeight;
import dev.longtake.tensor.LinearWeight;
import dev.longtake.tensor.Shape;
import dev.longtake.tensor.Tensor;
import java.lang.foreign.MemorySegment;
import java.util.stream.Stream;
import java.util.zip.CRC32C;

/**
 * What this machine's arithmetic gives for a fixed set of small operations, as eight hex digits.
 *
 * <p>The instruction set alone does not settle the bits: oneDNN cuts products by the sizes of the
 * caches too, and can be told by the environment to round more coarsely. Machines that differ in
 * such a way get different fingerprints here instead of different slabs later.
 */
final class Fingerprint {

  private final Backend backend;
  private final CRC32C checksum;
  private long state = 0x9E3779B97F4A7C15L;

  private Fingerprint(Backend backend, CRC32C checksum) {
    this.backend = backend;
    this.checksum = checksum;
  }

  /** Computes it; takes some tens of milliseconds. */
  static String of(Backend backend) {
    CRC32C checksum = new CRC32C();
    Stream.of(backend, backend.inF32())
        .distinct()
        .forEach(each -> new Fingerprint(each, checksum).addAll());
    return "%08x".formatted(checksum.getValue());
  }

  private void addAll() {
    addLinear(130, 96, 192, Activation.GELU_TANH);
    addLinear(64, 2048, 320, Activation.NONE);
    addLinear(1, 256, 192, Activation.SILU);
    addAttention();
    addConv(ConvSpec.causal(64, 64, 1, 3, 3));
    addConv(ConvSpec.causal(12, 32, 3, 3, 3));
    addConv(ConvSpec.halving(96, 96));
    addNorms();
  }

  private void addLinear(int rows, int inputs, int outputs, Activation activation) {
    MemorySegment weight = MemorySegment.ofArray(values(outputs * inputs));
    MemorySegment bias = MemorySegment.ofArray(values(outputs));
    LinearWeight prepared = backend.prepareLinear(outputs, inputs, weight, bias);
    Tensor out = backend.allocate(Shape.of(rows, outputs));
    backend.linear(out, tensor(rows, inputs), prepared, activation);
    add(out);
  }

  private void addAttention() {
    Tensor out = backend.allocate(Shape.of(70, 128));
    backend.attention(out, tensor(70, 128), tensor(150, 128), tensor(150, 128), 2, 0.125f, null);
    add(out);
  }

  private void addConv(ConvSpec spec) {
    int area = spec.kernelTime() * spec.kernelHeight() * spec.kernelWidth();
    float[] weight = values(spec.outputChannels() * spec.inputChannels() * area);
    ConvWeight prepared = backend.prepareConv(spec, MemorySegment.ofArray(weight), null);
    Tensor out =
        backend.allocate(
            Shape.of(1, spec.outputHeight(20), spec.outputWidth(32), spec.outputChannels()));
    backend.conv(out, tensor(1, 20, 32, spec.inputChannels()), null, prepared);
    add(out);
  }

  private void addNorms() {
    Tensor x = tensor(4, 200);
    backend.layerNormModulated(x, x, tensor(200), tensor(200), 1e-6f);
    add(x);
    backend.rmsNorm(x, x, tensor(200), 1e-6f);
    add(x);
    backend.channelNorm(x, x, tensor(200), Activation.SILU);
    add(x);
  }

  private Tensor tensor(int... dims) {
    Tensor tensor = backend.allocate(Shape.of(dims));
    backend.write(tensor, values(Math.toIntExact(tensor.elementCount())), 0);
    return tensor;
  }

  /** Numbers in [-1, 1) from a linear congruential generator (Knuth's MMIX constants). */
  private float[] values(int count) {
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      state = state * 6364136223846793005L + 1442695040888963407L;
      values[i] = (state >> 40) * 0x1p-23f;
    }
    return values;
  }

  private void add(Tensor x) {
    checksum.update(x.storage().asByteBuffer());
  }
}

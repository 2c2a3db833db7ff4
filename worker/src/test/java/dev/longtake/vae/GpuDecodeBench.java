package dev.longtake.vae;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.longtake.tensor.Backend;
import dev.longtake.tensor.ConvSpec;
import dev.longtake.tensor.ConvWeight;
import dev.longtake.tensor.Precision;
import dev.longtake.tensor.Tensor;
import dev.longtake.tensor.cpu.CpuBackend;
import dev.longtake.tensor.cuda.CudaSystem;
import dev.longtake.tensor.cuda.CudaSystem.Products;
import dev.longtake.weights.RandomWeights;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/**
 * Seconds of decoding a latent group, four frames of 480x832, by a VAE of Wan 2.1's size with
 * random weights on the first GPU; started by {@code ops/gpu-check}, never by itself. Prints,
 * asserts that something came out.
 */
class GpuDecodeBench {

  private static final int GROUPS = 5;
  private static final int HEIGHT = 60;
  private static final int WIDTH = 104;
  private static final int CHANNELS = 16;

  private static final VaeConfig WAN =
      new VaeConfig(
          96,
          96,
          CHANNELS,
          List.of(1, 2, 4, 4),
          2,
          List.of(false, true, true),
          1,
          false,
          Collections.nCopies(CHANNELS, 0f),
          Collections.nCopies(CHANNELS, 1f));

  /** Multiplications and additions of the convolutions of a backend that is asked for them. */
  private static final class Counter {
    private double operations;

    Backend on(Backend backend) {
      Backend[] counting = new Backend[1];
      counting[0] =
          (Backend)
              Proxy.newProxyInstance(
                  Backend.class.getClassLoader(),
                  new Class<?>[] {Backend.class},
                  (_, method, arguments) -> {
                    if (method.getName().equals("conv")) {
                      count((Tensor) arguments[0], (ConvWeight) arguments[3]);
                    }
                    try {
                      Object result = method.invoke(backend, arguments);
                      // What it gives as its own form for 32 bits is to be counted too.
                      return method.getName().equals("inF32") ? counting[0] : result;
                    } catch (InvocationTargetException e) {
                      throw e.getCause();
                    }
                  });
      return counting[0];
    }

    private void count(Tensor out, ConvWeight weight) {
      ConvSpec spec = weight.spec();
      double terms = spec.kernelTime() * spec.kernelHeight() * spec.kernelWidth();
      operations += 2 * out.elementCount() * terms * spec.inputChannels();
    }
  }

  @Test
  void decode_ofALatentGroup_isMeasured() {
    assumeTrue(Boolean.getBoolean("longtake.gpu"), "only with -Pgpu");
    for (Precision precision : Precision.values()) {
      try (Backend backend = CudaSystem.find().open(0, precision, Products.OWN)) {
        measure(WAN, backend, HEIGHT, WIDTH);
      }
    }
  }

  /** Small and on the processor, so that the bench itself is not first run on a GPU. */
  @Test
  void measure_ofATinyPicture_decodesAndCounts() {
    VaeConfig tiny =
        new VaeConfig(
            4, 4, 2, List.of(1, 1), 1, List.of(true), 1, false, List.of(0f, 0f), List.of(1f, 1f));
    try (Backend backend = CpuBackend.create(1)) {
      assertThat(measure(tiny, backend, 2, 3)).isPositive();
    }
  }

  /** The operations of a group. */
  private static double measure(VaeConfig config, Backend backend, int height, int width) {
    Counter counter = new Counter();
    RandomWeights weights = new RandomWeights(VaeTensors.publicShapes(config));
    WanVae vae = WanVae.load(counter.on(backend), config, weights);
    float[] latents = new float[config.latentChannels() * GROUPS * height * width];
    SplittableRandom random = new SplittableRandom(1);
    for (int i = 0; i < latents.length; i++) {
      latents[i] = (float) random.nextGaussian();
    }
    double[] seconds = new double[GROUPS - 2];
    try (VaeDecoding decoding = vae.openDecoding(height, width)) {
      // The first group is one frame, and the second one fills what layers remember.
      for (int group = 0; group < GROUPS; group++) {
        counter.operations = 0;
        long start = System.nanoTime();
        float[] frames = decoding.next(latents, GROUPS, group, 1);
        assertThat(frames).isNotEmpty();
        if (group >= 2) {
          seconds[group - 2] = (System.nanoTime() - start) / 1e9;
        }
      }
    }
    Arrays.sort(seconds);
    double median = seconds[seconds.length / 2];
    System.out.println(
        "%s: decoding %d latent pixels: %.3f s, %.2f TFLOP, %.1f TFLOP/s"
            .formatted(
                backend.engineClass(),
                height * width,
                median,
                counter.operations / 1e12,
                counter.operations / median / 1e12));
    return counter.operations;
  }
}

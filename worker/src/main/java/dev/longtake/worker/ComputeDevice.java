package dev.longtake.worker;

import static dev.longtake.error.Require.require;

import dev.longtake.error.ErrorCode;
import dev.longtake.error.LongtakeException;
import dev.longtake.tensor.Backend;
import dev.longtake.tensor.cpu.CpuBackend;
import dev.longtake.tensor.cuda.CudaSystem;
import dev.longtake.tensor.cuda.CudaSystem.Products;
import dev.longtake.tensor.cuda.Precision;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a worker computes on.
 *
 * @param cudaIndex number of the GPU; empty: the processor
 * @param precision of a GPU; empty: bf16 where it has tensor cores for it, else f32
 * @param products what computes large matrix products on a GPU
 */
public record ComputeDevice(
    Optional<Integer> cudaIndex, Optional<Precision> precision, Products products) {

  /** The processor. */
  public static final ComputeDevice CPU =
      new ComputeDevice(Optional.empty(), Optional.empty(), Products.LIBRARY);

  private static final Pattern TEXT =
      Pattern.compile("cpu|cuda(?::(\\d{1,4})(?::([a-z0-9]+)(?::(own))?)?)?");

  public ComputeDevice {
    require(
        cudaIndex.isPresent() || precision.isEmpty(), "the processor computes in f32 and no other");
  }

  /**
   * Reads {@code cpu}, {@code cuda} (the first GPU), {@code cuda:1}, {@code cuda:1:f32}, or {@code
   * cuda:1:f32:own} to do without cuBLASLt.
   *
   * @throws LongtakeException {@code CONFIGURATION_INVALID} if it is none of them
   */
  public static ComputeDevice parse(String text) {
    Matcher matcher = TEXT.matcher(text);
    if (!matcher.matches()) {
      throw new LongtakeException(
          ErrorCode.CONFIGURATION_INVALID,
          "device: expected cpu or cuda:N[:PRECISION[:own]], found \"%s\"".formatted(text));
    }
    if (text.equals("cpu")) {
      return CPU;
    }
    String index = matcher.group(1);
    return new ComputeDevice(
        Optional.of(index == null ? 0 : Integer.parseInt(index)),
        Optional.ofNullable(matcher.group(2)).map(Precision::parse),
        matcher.group(3) == null ? Products.LIBRARY : Products.OWN);
  }

  /**
   * Starts its backend.
   *
   * @param threads of the processor
   * @throws LongtakeException {@code ENGINE_FAILED} if it cannot compute; {@code
   *     CONFIGURATION_INVALID} if there is no such GPU
   */
  Backend open(int threads) {
    return cudaIndex.isPresent()
        ? CudaSystem.find().open(cudaIndex.get(), precision.orElse(null), products)
        : CpuBackend.create(threads);
  }

  /** As {@link #parse} reads it. */
  @Override
  public String toString() {
    return cudaIndex
        .map(
            index ->
                "cuda:"
                    + index
                    + precision
                        .map(it -> ":" + it.label() + (products == Products.OWN ? ":own" : ""))
                        .orElse(""))
        .orElse("cpu");
  }
}

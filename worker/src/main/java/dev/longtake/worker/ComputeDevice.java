package dev.longtake.worker;

import dev.longtake.error.ErrorCode;
import dev.longtake.error.LongtakeException;
import dev.longtake.tensor.Backend;
import dev.longtake.tensor.ElementTypes;
import dev.longtake.tensor.Precision;
import dev.longtake.tensor.cpu.CpuBackend;
import dev.longtake.tensor.cuda.Attention;
import dev.longtake.tensor.cuda.CudaSystem;
import dev.longtake.tensor.cuda.CudaSystem.Products;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What a worker computes on.
 *
 * @param cudaIndex number of the GPU; empty: the processor
 * @param precision empty: of the processor f32; of a GPU bf16 where it has tensor cores for it,
 *     else f32
 * @param products what computes large matrix products on a GPU
 * @param attention what computes attention on a GPU
 */
public record ComputeDevice(
    Optional<Integer> cudaIndex,
    Optional<Precision> precision,
    Products products,
    Attention attention) {

  /** The processor. */
  public static final ComputeDevice CPU = processor(Optional.empty());

  private static final Pattern TEXT =
      Pattern.compile(
          "cpu(?::([a-z][a-z0-9]*))?|cuda(?::(\\d{1,4})(?::([a-z][a-z0-9]*)(?::(own))?(?::(warpgroup))?)?)?");

  /**
   * Reads {@code cpu}, {@code cpu:bf16}, {@code cuda} (the first GPU), {@code cuda:1}, {@code
   * cuda:1:f32}, or {@code cuda:1:f32:own} to do without cuBLASLt; {@code cuda:1:bf16:warpgroup},
   * or {@code cuda:1:bf16:own:warpgroup}, to let groups of warps compute attention.
   *
   * @throws LongtakeException {@code CONFIGURATION_INVALID} if it is none of them
   */
  public static ComputeDevice parse(String text) {
    Matcher matcher = TEXT.matcher(text);
    if (!matcher.matches()) {
      throw new LongtakeException(
          ErrorCode.CONFIGURATION_INVALID,
          "device: expected cpu or cuda:N, perhaps with a precision as in cpu:bf16, found \"%s\""
              .formatted(text));
    }
    if (text.startsWith("cpu")) {
      return processor(precision(matcher.group(1)));
    }
    String index = matcher.group(2);
    return new ComputeDevice(
        Optional.of(index == null ? 0 : Integer.parseInt(index)),
        precision(matcher.group(3)),
        matcher.group(4) == null ? Products.LIBRARY : Products.OWN,
        matcher.group(5) == null ? Attention.WARPS : Attention.WARP_GROUPS);
  }

  private static ComputeDevice processor(Optional<Precision> precision) {
    return new ComputeDevice(Optional.empty(), precision, Products.LIBRARY, Attention.WARPS);
  }

  private static Optional<Precision> precision(@Nullable String label) {
    return Optional.ofNullable(label).map(Precision::parse);
  }

  /**
   * Starts its backend.
   *
   * @param threads of the processor
   * @throws LongtakeException {@code ENGINE_FAILED} if it cannot compute like this; {@code
   *     CONFIGURATION_INVALID} if there is no such GPU, or it has no such attention
   */
  Backend open(int threads) {
    return cudaIndex.isPresent()
        ? CudaSystem.find().open(cudaIndex.get(), precision.orElse(null), products, attention)
        : CpuBackend.create(threads, precision.orElse(Precision.F32).dtype());
  }

  /**
   * What its backend stores numbers in: known before it is started, but for a GPU without a
   * precision, which is reckoned with as f32.
   */
  public ElementTypes elementTypes() {
    return switch (precision.orElse(Precision.F32)) {
      case F32 -> ElementTypes.F32;
      case BF16 -> cudaIndex.isPresent() ? ElementTypes.BF16 : ElementTypes.BF16_MATRICES;
    };
  }

  /** As {@link #parse} reads it. */
  @Override
  public String toString() {
    return cudaIndex.map(index -> "cuda:" + index).orElse("cpu")
        + precision.map(it -> ":" + it.word()).orElse("")
        + (products == Products.OWN ? ":own" : "")
        + (attention == Attention.WARP_GROUPS ? ":warpgroup" : "");
  }
}

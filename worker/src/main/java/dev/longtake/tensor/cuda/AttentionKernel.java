package dev.longtake.tensor.cuda;

import dev.longtake.tensor.cuda.CudaDriver.Grid;

/**
 * Which kernel computes attention, by sizes and by what the device was opened for alone. Pure.
 *
 * @param file of the kernel
 * @param queries of a head that a block computes
 * @param threads of a block
 */
record AttentionKernel(String file, String function, int queries, int threads) {

  /** Numbers of a head that a block computes at most. */
  static final int HEAD_MAX = 128;

  /** Every element type, size and bias. */
  static final AttentionKernel PORTABLE = new AttentionKernel("attention", "attention", 32, 128);

  private static final AttentionKernel WIDE =
      new AttentionKernel("attention_wide_tensor", "attention_wide_tensor", 128, 128);

  private static final AttentionKernel WARP_GROUPS =
      new AttentionKernel("attention_warpgroup", "attention_warpgroup", 128, 256);

  /** Long heads alone gain by blocks of 128 queries. */
  private static final int HEAD_WIDE_FROM = 64;

  /** Fewer queries would leave multiprocessors without a block. Not measured yet. */
  private static final int QUERIES_WIDE_FROM = 512;

  /**
   * For rows that tensor cores can take.
   *
   * @param size numbers of a head, {@link #HEAD_MAX} at most
   */
  static AttentionKernel of(Attention attention, int queries, int size) {
    if (size > HEAD_WIDE_FROM && queries >= QUERIES_WIDE_FROM) {
      return switch (attention) {
        case WARPS -> WIDE;
        case WARP_GROUPS -> WARP_GROUPS;
      };
    }
    String function = "attention_tensor_" + (size <= 32 ? 32 : size <= 64 ? 64 : HEAD_MAX);
    return new AttentionKernel("attention_tensor", function, 64, 128);
  }

  /** A block for so many queries of each head, and for each {@link #HEAD_MAX} of its numbers. */
  Grid grid(int queryCount, int headCount, int size) {
    int across = Math.ceilDiv(size, HEAD_MAX);
    return new Grid(Math.ceilDiv(queryCount, queries), headCount, across, threads);
  }
}

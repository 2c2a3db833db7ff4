package dev.longtake.tensor.cuda;

/** What computes bf16 attention of long heads and many queries. */
public enum Attention {
  /** Products of single warps, from compute capability 8.0 on. */
  WARPS,
  /** Products of four warps together, of compute capability 9.0 alone. */
  WARP_GROUPS
}

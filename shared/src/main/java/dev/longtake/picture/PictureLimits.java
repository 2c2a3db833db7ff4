package dev.longtake.picture;

/** How large a reference picture may be. Work is bounded as well as size. */
public final class PictureLimits {

  /** Bytes of a file. */
  public static final int FILE_BYTES_MAX = 16 << 20;

  /** Bytes of all pictures of a world together: one message carries them. */
  public static final int WORLD_BYTES_MAX = 256 << 20;

  public static final long PIXELS_MAX = 20_000_000;

  /** Pixels of all pictures of a world together: each is decoded when a story is submitted. */
  public static final long WORLD_PIXELS_MAX = 100 * PIXELS_MAX;

  /** The longer side over the shorter: longer strips would be scaled to sizes no memory holds. */
  public static final int SIDE_RATIO_MAX = 20;

  /** Scans of a progressive JPEG; each goes over the whole picture. */
  static final int SCANS_MAX = 100;

  /** Pixels times scans of a progressive JPEG. */
  static final long SCANNED_PIXELS_MAX = 20 * PIXELS_MAX;

  /** Bytes of a colour profile, unpacked. */
  static final int PROFILE_BYTES_MAX = 4 << 20;

  private PictureLimits() {}
}

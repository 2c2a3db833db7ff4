package dev.longtake.picture;

/** From a picture's samples to sRGB, pixel by pixel. */
interface ColorTransform {

  /**
   * Converts pixels.
   *
   * @param samples {@code (count, channels)}, each from 0 to the picture's largest
   * @param rgb gets {@code (count, 3)} sRGB
   */
  void apply(int[] samples, int count, byte[] rgb);

  /** Samples of a pixel that are colours: 1, 3 or 4. */
  int channels();
}

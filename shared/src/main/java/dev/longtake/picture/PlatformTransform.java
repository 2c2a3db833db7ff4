package dev.longtake.picture;

import java.awt.color.ColorSpace;
import java.awt.color.ICC_Profile;
import java.awt.image.ColorConvertOp;
import java.awt.image.DataBuffer;
import java.awt.image.Raster;
import java.awt.image.WritableRaster;

/** Colours through the platform's engine, for profiles that are tables. Works on 8 bits. */
final class PlatformTransform implements ColorTransform {

  private final ColorConvertOp convert;
  private final int channels;
  private final int sampleMax;

  private PlatformTransform(ColorConvertOp convert, int channels, int sampleMax) {
    this.convert = convert;
    this.channels = channels;
    this.sampleMax = sampleMax;
  }

  /**
   * The transform from a profile to sRGB.
   *
   * @throws java.awt.color.CMMException or {@link IllegalArgumentException} if the profile cannot
   *     be used
   */
  static PlatformTransform of(ICC_Profile profile, int sampleMax) {
    var convert = new ColorConvertOp(new ICC_Profile[] {profile, srgb()}, null);
    var transform = new PlatformTransform(convert, profile.getNumComponents(), sampleMax);
    transform.apply(new int[transform.channels], 1, new byte[Pixels.COLORS]); // Refuses now.
    return transform;
  }

  /** sRGB as the platform has it. */
  static ICC_Profile srgb() {
    return ICC_Profile.getInstance(ColorSpace.CS_sRGB);
  }

  @Override
  public int channels() {
    return channels;
  }

  @Override
  public void apply(int[] samples, int count, byte[] rgb) {
    WritableRaster from = raster(count, channels);
    WritableRaster to = raster(count, Pixels.COLORS);
    int[] bytes = new int[count * channels];
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] = CodedAsSrgb.rounded(samples[i], sampleMax);
    }
    from.setPixels(0, 0, count, 1, bytes);
    convert.filter(from, to);
    int[] converted = to.getPixels(0, 0, count, 1, (int[]) null);
    for (int i = 0; i < converted.length; i++) {
      rgb[i] = (byte) converted[i];
    }
  }

  private static WritableRaster raster(int width, int bands) {
    return Raster.createInterleavedRaster(DataBuffer.TYPE_BYTE, width, 1, bands, null);
  }
}

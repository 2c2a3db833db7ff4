package dev.longtake.transformer;

import static dev.longtake.error.Require.require;

import dev.longtake.model.PicturePreprocess;
import dev.longtake.vae.VaeConfig;
import dev.longtake.vae.WanVae;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Builds the control that a VACE transformer reads beside the latents: what of a source video is to
 * be kept, what is to be made new, and the reference pictures.
 *
 * <h2>Channels</h2>
 *
 * <p>{@code C} latent channels of the kept pixels, {@code C} of the pixels to be replaced (each
 * encoded with the other part cut out, that is mid grey), then the mask: the {@code f x f} pixels
 * of a latent cell become {@code f f} channels, row offset slower, and of the {@code n} mask frames
 * one is taken for each of the {@code k} latent frames, number {@code floor((i + 0.5) n / k)}. With
 * Wan's numbers {@code 16 + 16 + 64 = 96}.
 *
 * <p>Each reference is one latent frame before the video's, in the order given: its latents, then
 * zeros for all other channels.
 *
 * @see <a href="https://arxiv.org/abs/2503.07598">Jiang et al., VACE, 2025, section 3.3</a>
 */
public final class ControlPreparation {

  private static final int COLORS = 3;

  private static final int BLANKS_MAX = 4;

  private record BlankKey(int latentFrameCount, int height, int width) {}

  private final WanVae vae;
  private final LinkedHashMap<BlankKey, float[]> blanks = new LinkedHashMap<>();

  public ControlPreparation(WanVae vae) {
    this.vae = vae;
  }

  /** Channels of the control: {@code 2 C + f f}. */
  public int channels() {
    return channels(vae.config());
  }

  public static int channels(VaeConfig config) {
    return 2 * config.latentChannels() + config.spatialFactor() * config.spatialFactor();
  }

  /**
   * Encodes a reference picture.
   *
   * @param picture {@code (3, height, width)} in [-1, 1]; see {@link PicturePreprocess}
   * @return {@code (C, 1, height / f, width / f)}
   */
  public float[] encodeReference(float[] picture, int height, int width) {
    return vae.encode(picture, 1, height, width);
  }

  /**
   * The control for a video that is to be changed where a mask says so.
   *
   * @param video {@code (3, frameCount, height, width)} in [-1, 1]
   * @param mask {@code (frameCount, height, width)} in [0, 1]; above 0.5 a pixel is made new
   * @param references as {@link #encodeReference} gives them, in the order they are to stand
   * @return {@code (channels, references + latentFrames, height / f, width / f)}
   */
  public float[] ofVideo(
      float[] video,
      float[] mask,
      List<float[]> references,
      int frameCount,
      int height,
      int width) {
    require(
        mask.length == (long) frameCount * height * width && video.length == COLORS * mask.length,
        "video has %d and mask %d values for %d frames of %d x %d",
        video.length,
        mask.length,
        frameCount,
        width,
        height);
    float[] kept = video.clone();
    float[] replaced = video.clone();
    for (int i = 0; i < video.length; i++) {
      float[] cut = mask[i % mask.length] > 0.5f ? kept : replaced;
      cut[i] = 0f;
    }
    int latentFrameCount = vae.latentFrames(frameCount);
    float[] control =
        new Layout(references.size(), latentFrameCount, height, width)
            .joined(
                references,
                vae.encode(kept, frameCount, height, width),
                vae.encode(replaced, frameCount, height, width));
    writeMask(control, mask, references.size(), frameCount, height, width);
    return control;
  }

  /**
   * The control for a video that is to be made from nothing: no source, everything new.
   *
   * @return as {@link #ofVideo}
   */
  public float[] ofNothing(List<float[]> references, int latentFrameCount, int height, int width) {
    float[] blank = blank(new BlankKey(latentFrameCount, height, width));
    var layout = new Layout(references.size(), latentFrameCount, height, width);
    float[] control = layout.joined(references, blank, blank);
    int first = 2 * vae.config().latentChannels();
    for (int channel = first; channel < channels(); channel++) {
      int from = layout.at(channel, references.size());
      Arrays.fill(control, from, from + latentFrameCount * layout.plane(), 1f);
    }
    return control;
  }

  /**
   * The control for a video of which some latent frames are given and the others are to be made.
   *
   * @param known latents {@code (C, 1, h, w)} of frames that are given, by their latent frame
   * @return as {@link #ofVideo}
   */
  public float[] ofKnown(
      List<float[]> references,
      Map<Integer, float[]> known,
      int latentFrameCount,
      int height,
      int width) {
    float[] control = ofNothing(references, latentFrameCount, height, width);
    var layout = new Layout(references.size(), latentFrameCount, height, width);
    int channels = vae.config().latentChannels();
    int plane = layout.plane();
    known.forEach(
        (frame, latents) -> {
          require(
              frame >= 0 && frame < latentFrameCount && latents.length == channels * plane,
              "known latent frame %d of %d: expected %d values, found %d",
              frame,
              latentFrameCount,
              channels * plane,
              latents.length);
          for (int channel = 0; channel < channels; channel++) {
            int to = layout.at(channel, references.size() + frame);
            System.arraycopy(latents, channel * plane, control, to, plane);
          }
          for (int channel = 2 * channels; channel < channels(); channel++) {
            int from = layout.at(channel, references.size() + frame);
            Arrays.fill(control, from, from + plane, 0f);
          }
        });
    return control;
  }

  private float[] blank(BlankKey key) {
    float[] known = blanks.get(key);
    if (known == null) {
      known = vae.encodeBlank(key.latentFrameCount(), key.height(), key.width());
      blanks.put(key, known);
      if (blanks.size() > BLANKS_MAX) {
        blanks.pollFirstEntry();
      }
    }
    return known;
  }

  private void writeMask(
      float[] control, float[] mask, int referenceCount, int frameCount, int height, int width) {
    int factor = vae.config().spatialFactor();
    int latentFrameCount = vae.latentFrames(frameCount);
    var layout = new Layout(referenceCount, latentFrameCount, height, width);
    int columns = width / factor;
    for (int frame = 0; frame < latentFrameCount; frame++) {
      int source = (int) ((frame + 0.5) * frameCount / latentFrameCount);
      for (int y = 0; y < height; y++) {
        for (int x = 0; x < width; x++) {
          int channel = 2 * vae.config().latentChannels() + (y % factor) * factor + x % factor;
          int cell = (y / factor) * columns + x / factor;
          control[layout.at(channel, referenceCount + frame) + cell] =
              mask[(source * height + y) * width + x];
        }
      }
    }
  }

  /** Index arithmetic of one control. */
  private final class Layout {

    private final int referenceCount;
    private final int latentFrameCount;
    private final int plane;

    Layout(int referenceCount, int latentFrameCount, int height, int width) {
      int factor = vae.config().spatialFactor();
      this.referenceCount = referenceCount;
      this.latentFrameCount = latentFrameCount;
      this.plane = (height / factor) * (width / factor);
    }

    int plane() {
      return plane;
    }

    /** Where a channel's frame begins. */
    int at(int channel, int frame) {
      return (channel * (referenceCount + latentFrameCount) + frame) * plane;
    }

    /** References, kept and replaced part in their places; mask channels are zero. */
    float[] joined(List<float[]> references, float[] kept, float[] replaced) {
      int latentChannels = vae.config().latentChannels();
      float[] control = new float[at(channels(), 0)];
      for (int channel = 0; channel < latentChannels; channel++) {
        for (int reference = 0; reference < referenceCount; reference++) {
          float[] latents = references.get(reference);
          require(
              latents.length == latentChannels * plane,
              "reference %d has %d values, expected %d",
              reference,
              latents.length,
              latentChannels * plane);
          System.arraycopy(latents, channel * plane, control, at(channel, reference), plane);
        }
        int length = latentFrameCount * plane;
        System.arraycopy(kept, channel * length, control, at(channel, referenceCount), length);
        int second = latentChannels + channel;
        System.arraycopy(replaced, channel * length, control, at(second, referenceCount), length);
      }
      return control;
    }
  }
}

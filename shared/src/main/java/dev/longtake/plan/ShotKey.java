package dev.longtake.plan;

import dev.longtake.digest.Digest;
import java.nio.charset.StandardCharsets;

/**
 * Names a shot's result by everything that goes into it, so that unchanged work is never done
 * twice.
 *
 * <p>It is SHA-256 over lines {@code name:length:value\n}, where length counts the value's UTF-8
 * bytes, in a fixed order. Story id, shot index and shot id are left out: they do not change a bit
 * of the result. The first line names the version of this list; change it when the list or the
 * meaning of a value changes.
 */
final class ShotKey {

  private final Digest.Hasher hasher = Digest.hasher();

  private ShotKey() {}

  static Digest of(
      ShotInputs inputs,
      int frameCount,
      ChunkPolicy chunks,
      SegmentPolicy segments,
      String engineClass) {
    ShotKey key =
        new ShotKey()
            .add("shot-key", 1)
            .add("engine-class", engineClass)
            .add("model", inputs.modelDigest())
            .add("prompt", inputs.prompt())
            .add("negative-prompt", inputs.negativePrompt())
            .add("seed", inputs.seed())
            .add("size", inputs.size())
            .add("frame-count", frameCount)
            .add("latent-frame-count", inputs.latentFrameCount())
            .add("step-count", inputs.stepCount())
            .add("guidance-scale", Double.doubleToLongBits(inputs.guidanceScale()))
            .add("shift", Double.doubleToLongBits(inputs.shift()))
            .add("solver", inputs.solver().word())
            .add("exchange-off", inputs.exchangeOff())
            .add("shared-noise", Double.doubleToLongBits(inputs.sharedNoise()))
            .add("chunk-latent-frame-count", chunks.latentFrameCount())
            .add("chunk-overlap", chunks.overlap())
            .add("segment-latent-frame-count", segments.latentFrameCount())
            .add("segment-halo", segments.halo());
    for (ReferencePicture reference : inputs.references()) {
      key.add("reference-" + reference.fit(), reference.digest());
    }
    return key.hasher.digest();
  }

  private ShotKey add(String name, Object value) {
    byte[] content = value.toString().getBytes(StandardCharsets.UTF_8);
    hasher.update((name + ":" + content.length + ":").getBytes(StandardCharsets.UTF_8));
    hasher.update(content);
    hasher.update(new byte[] {'\n'});
    return this;
  }
}

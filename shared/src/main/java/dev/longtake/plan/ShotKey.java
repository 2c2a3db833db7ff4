package dev.longtake.plan;

import dev.longtake.digest.Digest;
import java.nio.charset.StandardCharsets;

/**
 * The name of a shot's result, made from its {@link ShotIdentity} alone.
 *
 * <p>It is SHA-256 over lines {@code name:length:value\n}, where length counts the value's UTF-8
 * bytes, in a fixed order. The shot's address is left out: it does not change a bit of the result.
 * The first line names the version of this list; change it when the list or the meaning of a value
 * changes.
 */
public final class ShotKey {

  private static final int VERSION = 2;

  private final Digest.Hasher hasher = Digest.hasher();

  private ShotKey() {}

  static Digest of(ShotIdentity identity) {
    return new ShotKey()
        .add("shot-key", VERSION)
        .add("engine-class", identity.engineClass())
        .add("noise", identity.noiseVersion())
        .add("exchange-type", identity.exchangeType())
        .add("frame-count", identity.frameCount())
        .add("chunk-latent-frame-count", identity.chunkPolicy().latentFrameCount())
        .add("chunk-overlap", identity.chunkPolicy().overlap())
        .add("segment-latent-frame-count", identity.segmentPolicy().latentFrameCount())
        .add("segment-halo", identity.segmentPolicy().halo())
        .add(identity.inputs())
        .hasher
        .digest();
  }

  /** Names what a worker is told of a shot: equal for equal shots, wherever they stand. */
  public static Digest of(ShotInputs inputs) {
    return new ShotKey().add("shot-inputs", VERSION).add(inputs).hasher.digest();
  }

  private ShotKey add(ShotInputs inputs) {
    return add("model", inputs.modelDigest())
        .add("seed", inputs.seed())
        .add("width", inputs.size().width())
        .add("height", inputs.size().height())
        .add("latent-frame-count", inputs.latentFrameCount())
        .add("exchange-off", inputs.exchangeOff())
        .add(inputs.sampling())
        .add(inputs.prompt());
  }

  private ShotKey add(Sampling sampling) {
    add("step-count", sampling.stepCount())
        .add("guidance-scale", sampling.guidanceScale())
        .add("shift", sampling.shift())
        .add("solver", sampling.solver().word())
        .add("shared-noise", sampling.sharedNoise());
    // Only where it is on, so that shots without it keep their names.
    return sampling.isRenewed() ? add("fresh-noise", sampling.freshNoise()) : this;
  }

  private ShotKey add(Prompt prompt) {
    add("prompt", prompt.text()).add("negative-prompt", prompt.negativeText());
    for (ReferencePicture reference : prompt.references()) {
      add("reference-" + word(reference.fit()), reference.digest());
    }
    return this;
  }

  private static String word(ReferencePicture.Fit fit) {
    return switch (fit) {
      case CANVAS -> "canvas";
      case COVER -> "cover";
    };
  }

  private ShotKey add(String name, boolean value) {
    return add(name, value ? "true" : "false");
  }

  private ShotKey add(String name, long value) {
    return add(name, Long.toString(value));
  }

  /** By its bits: how a number is written in decimals has changed between versions of Java. */
  private ShotKey add(String name, double value) {
    return add(name, Long.toHexString(Double.doubleToLongBits(value)));
  }

  private ShotKey add(String name, Digest value) {
    return add(name, value.hex());
  }

  private ShotKey add(String name, String value) {
    byte[] content = value.getBytes(StandardCharsets.UTF_8);
    hasher.update((name + ":" + content.length + ":").getBytes(StandardCharsets.UTF_8));
    hasher.update(content);
    hasher.update(new byte[] {'\n'});
    return this;
  }
}

package dev.longtake.render;

import dev.longtake.digest.Digest;
import dev.longtake.error.ErrorCode;
import dev.longtake.error.LongtakeException;
import dev.longtake.lifetime.Opened;
import dev.longtake.model.PicturePreprocess;
import dev.longtake.picture.PictureReader;
import dev.longtake.picture.Pixels;
import dev.longtake.plan.ReferencePicture;
import dev.longtake.plan.ShotInputs;
import dev.longtake.render.RenderModel.EncodedPrompt;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What the model is told besides the latents, made once and shared: encoded prompts, encoded
 * reference pictures, and per shot the denoisers of its chunks' lengths (at most two). Used by the
 * engine's thread alone.
 */
final class Conditions implements AutoCloseable {

  private record DenoiserKey(ShotInputs shot, int frameCount) {}

  private record ReferenceKey(ReferencePicture picture, int height, int width) {}

  private final RenderModel model;
  private final RenderLimits limits;
  private final LinkedHashMap<String, EncodedPrompt> prompts = new LinkedHashMap<>(16, 0.75f, true);
  private final LinkedHashMap<ReferenceKey, float[]> references =
      new LinkedHashMap<>(16, 0.75f, true);
  private final Map<DenoiserKey, Denoisers> denoisers = new HashMap<>();
  private long referenceBytes;

  Conditions(RenderModel model, RenderLimits limits) {
    this.model = model;
    this.limits = limits;
  }

  /**
   * The denoisers for chunks of {@code frameCount} latent frames of a shot.
   *
   * @param pictures the files of the shot's references
   * @throws LongtakeException PICTURE_INVALID if one cannot be read
   */
  Denoisers denoisers(ShotInputs shot, int frameCount, Map<Digest, byte[]> pictures) {
    DenoiserKey key = new DenoiserKey(shot, frameCount);
    @Nullable Denoisers known = denoisers.get(key);
    if (known == null) {
      known = create(shot, frameCount, pictures);
      denoisers.put(key, known);
    }
    return known;
  }

  /** Whether {@link #denoisers} has them already. */
  boolean hasDenoisers(ShotInputs shot, int frameCount) {
    return denoisers.containsKey(new DenoiserKey(shot, frameCount));
  }

  /** Begins or goes on with a chunk, where the model computes if it has a place there. */
  ChunkRun open(ChunkStepper stepper, ChunkState state) {
    ChunkShape shape = state.shape();
    return model
        .openLatents(shape.modelFrameCount(), shape.height(), shape.width())
        .<ChunkRun>map(latents -> new ResidentRun(stepper, state, latents))
        .orElseGet(() -> new HostRun(stepper, state));
  }

  private Denoisers create(ShotInputs shot, int frameCount, Map<Digest, byte[]> pictures) {
    int height = shot.size().height() / model.card().geometry().spatialFactor();
    int width = shot.size().width() / model.card().geometry().spatialFactor();
    List<float[]> latents = new ArrayList<>();
    for (ReferencePicture picture : shot.prompt().references()) {
      latents.add(reference(picture, shot, pictures));
    }
    try (Opened opened = new Opened()) {
      RenderModel.Denoiser conditional =
          opened.add(prompt(shot.prompt().text()).denoiser(latents, frameCount, height, width));
      RenderModel.@Nullable Denoiser unconditional =
          ChunkStepper.isGuided(shot)
              ? prompt(shot.prompt().negativeText()).denoiser(latents, frameCount, height, width)
              : null;
      return opened.keep(new Denoisers(conditional, unconditional));
    }
  }

  private EncodedPrompt prompt(String text) {
    @Nullable EncodedPrompt known = prompts.get(text);
    if (known == null) {
      known = model.encodePrompt(text);
      prompts.put(text, known);
      if (prompts.size() > limits.promptsMax()) {
        prompts.pollFirstEntry();
      }
    }
    return known;
  }

  private float[] reference(
      ReferencePicture picture, ShotInputs shot, Map<Digest, byte[]> pictures) {
    ReferenceKey key = new ReferenceKey(picture, shot.size().height(), shot.size().width());
    float @Nullable [] known = references.get(key);
    if (known == null) {
      byte @Nullable [] file = pictures.get(picture.digest());
      if (file == null) {
        throw new IllegalStateException("picture " + picture.digest() + " was not fetched");
      }
      known = encode(key, file);
      references.put(key, known);
      referenceBytes += bytes(known);
      forgetOldReferences();
    }
    return known;
  }

  private float[] encode(ReferenceKey key, byte[] file) {
    Pixels pixels =
        switch (PictureReader.read(file)) {
          case PictureReader.Decoded(Pixels read, _) -> read;
          case PictureReader.Unusable(String expected, String found) ->
              throw new LongtakeException(
                  ErrorCode.PICTURE_INVALID,
                  "picture %s: expected %s, found %s"
                      .formatted(key.picture().digest(), expected, found));
        };
    float[] fitted =
        switch (key.picture().fit()) {
          case CANVAS -> PicturePreprocess.fit(pixels, key.width(), key.height());
          case COVER -> PicturePreprocess.fill(pixels, key.width(), key.height());
        };
    return model.encodePicture(fitted, key.height(), key.width());
  }

  private void forgetOldReferences() {
    while (referenceBytes > limits.referenceBytesMax() && references.size() > 1) {
      referenceBytes -= bytes(references.pollFirstEntry().getValue());
    }
  }

  private static long bytes(float[] values) {
    return (long) values.length * Float.BYTES;
  }

  /** Releases the denoisers of every shot that is not in use any more. */
  void keepOnly(Set<ShotInputs> shots) {
    Iterator<Map.Entry<DenoiserKey, Denoisers>> entries = denoisers.entrySet().iterator();
    while (entries.hasNext()) {
      Map.Entry<DenoiserKey, Denoisers> entry = entries.next();
      if (!shots.contains(entry.getKey().shot())) {
        entry.getValue().close();
        entries.remove();
      }
    }
  }

  @Override
  public void close() {
    keepOnly(Set.of());
  }
}

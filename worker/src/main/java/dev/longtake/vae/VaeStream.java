package dev.longtake.vae;

import dev.longtake.digest.Digest;
import dev.longtake.tensor.Backend;
import dev.longtake.tensor.Tensor;
import dev.longtake.tensor.Workspace;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;

/**
 * One video on its way through the encoder or the decoder, piece by piece: what each layer has to
 * remember of the pieces before. Used by one thread.
 *
 * <p>Layers are told apart by identity. Remembered frames live in a workspace of their own, which
 * only grows until the stream ends; the other one is emptied after each piece.
 */
final class VaeStream implements AutoCloseable {

  private static final int PIECE = 1 << 18;

  private final Backend backend;
  private final Workspace workspace;
  private final Workspace memory;
  private final IdentityHashMap<Object, FrameCache> caches = new IdentityHashMap<>();
  private final List<FrameCache> order = new ArrayList<>();
  private final Set<Object> started = Collections.newSetFromMap(new IdentityHashMap<>());

  VaeStream(Backend backend) {
    this.backend = backend;
    this.workspace = backend.openWorkspaceF32();
    this.memory = backend.openWorkspaceF32();
  }

  Backend backend() {
    return backend;
  }

  /** Memory for the present piece. */
  Workspace workspace() {
    return workspace;
  }

  /** What a layer remembers; created on first use for frames like {@code x}. */
  FrameCache cacheOf(Object layer, int frameCount, Tensor x) {
    FrameCache known = caches.get(layer);
    if (known != null) {
      return known;
    }
    var cache = new FrameCache(memory.take(frameCount, x.dim(1), x.dim(2), x.dim(3)));
    caches.put(layer, cache);
    order.add(cache);
    return cache;
  }

  /** What stands for all that layers remember at present, to be compared with a later state. */
  Digest remembered() {
    Digest.Hasher hasher = Digest.hasher();
    float[] values = new float[PIECE];
    ByteBuffer bytes = ByteBuffer.allocate(Float.BYTES * PIECE);
    for (FrameCache cache : order) {
      Tensor frames = cache.frames();
      long count = frames == null ? 0 : frames.elementCount();
      for (long first = 0; frames != null && first < count; first += PIECE) {
        int length = (int) Math.min(PIECE, count - first);
        backend.read(frames.run(first, length), values, 0);
        bytes.clear().asFloatBuffer().put(values, 0, length);
        hasher.update(Arrays.copyOf(bytes.array(), Float.BYTES * length));
      }
    }
    return hasher.digest();
  }

  /** Whether a layer asks for the first time. */
  boolean isFirstPiece(Object layer) {
    return started.add(layer);
  }

  @Override
  public void close() {
    workspace.close();
    memory.close();
  }
}

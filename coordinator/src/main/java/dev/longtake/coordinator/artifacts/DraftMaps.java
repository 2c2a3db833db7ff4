package dev.longtake.coordinator.artifacts;

import dev.longtake.digest.Digest;
import dev.longtake.draft.DraftMap;
import dev.longtake.draft.DraftMapCodec;
import dev.longtake.error.LongtakeException;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How models' latents look: the map of each, as the first worker that has the model said it. Shared
 * by all coordinators of a farm, of which a worker tells but one. Nothing but drafts depends on it.
 * Safe for any number of threads.
 */
public final class DraftMaps {

  private static final Logger log = LoggerFactory.getLogger(DraftMaps.class);

  /** Models that are remembered here; a farm has a few. */
  private static final int MODELS_MAX = 64;

  private final IndexEntries entries;
  private final Map<Digest, DraftMap> known = new ConcurrentHashMap<>();

  /** Kept among these entries, under keys of their own. */
  public DraftMaps(IndexEntries entries) {
    this.entries = entries;
  }

  /** Whether nothing need be learned of a model. */
  public boolean knows(Digest model) {
    return known.containsKey(model) || known.size() >= MODELS_MAX;
  }

  /**
   * Takes what a worker says of its model; the first one is believed, and what is no map is left.
   * Waits for a disk or a network.
   */
  public void learn(Digest model, byte[] encoded) {
    if (knows(model)) {
      return;
    }
    try {
      DraftMap map = DraftMapCodec.decode(encoded);
      if (known.putIfAbsent(model, map) == null) {
        boolean _ = entries.create(key(model), encoded);
      }
    } catch (LongtakeException e) {
      log.warn("model={} its draft map is not kept: {}", model, e.getMessage());
    }
  }

  /** How a model's latents look, if any worker has said it. */
  public Optional<DraftMap> find(Digest model) {
    return Optional.ofNullable(known.get(model)).or(() -> read(model));
  }

  private Optional<DraftMap> read(Digest model) {
    try {
      return entries.read(key(model)).map(DraftMapCodec::decode);
    } catch (LongtakeException e) {
      log.debug("model={} its draft map cannot be read: {}", model, e.getMessage());
      return Optional.empty();
    }
  }

  private static Digest key(Digest model) {
    return Digest.ofText("draft map " + model.hex());
  }
}

package dev.longtake.render;

import dev.longtake.draft.DraftMap;
import dev.longtake.error.LongtakeException;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds how the model's latents look, once, and not before it keeps a state that somebody could
 * want to look at: short work has no drafts and need not wait for them.
 */
final class Drafting {

  private static final Logger log = LoggerFactory.getLogger(Drafting.class);

  private boolean wasTried;
  private volatile Optional<DraftMap> map = Optional.empty();

  /** Finds it if that was not tried yet. The engine's thread. */
  void find(RenderModel model) {
    if (wasTried) {
      return;
    }
    wasTried = true;
    try {
      map = Optional.of(DraftFit.of(model));
    } catch (LongtakeException | IllegalArgumentException e) {
      log.warn(
          "model={} there will be no drafts: {}", model.card().identity().name(), e.getMessage());
    }
  }

  /** What was found; any thread. */
  Optional<DraftMap> map() {
    return map;
  }
}

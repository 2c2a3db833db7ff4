package dev.longtake.coordinator.dispatch;

import static java.util.Objects.requireNonNull;

import dev.longtake.coordinator.story.StoryEvent.Grant;
import dev.longtake.lease.LeaseToken.Kind;
import dev.longtake.plan.ModelCard;
import java.util.List;

/** Something that a story is to do now. */
public sealed interface Assignment {

  /** The story. */
  String storyId();

  /** Pin it to this model and engine class. */
  record Pin(String storyId, ModelCard model, String engineClass) implements Assignment {
    public Pin {
      requireNonNull(model, "model");
      requireNonNull(engineClass, "engineClass");
    }
  }

  /**
   * Lease work of one shot.
   *
   * @param tenant whose the story is
   */
  record Lease(String storyId, String tenant, int shotIndex, Kind kind, List<Grant> grants)
      implements Assignment {
    public Lease {
      requireNonNull(tenant, "tenant");
      grants = List.copyOf(grants);
    }
  }
}

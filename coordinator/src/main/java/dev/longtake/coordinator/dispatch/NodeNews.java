package dev.longtake.coordinator.dispatch;

import static java.util.Objects.requireNonNull;

import dev.longtake.coordinator.story.WorkerKey;

/** What changed at one coordinator, as it tells dispatch. */
public sealed interface NodeNews {

  /** A worker is connected there, or has changed. */
  record WorkerHere(Seat seat) implements NodeNews {
    public WorkerHere {
      requireNonNull(seat, "seat");
    }
  }

  /**
   * A worker is lost, superseded or gone from there.
   *
   * @param died whether it ended, or was not heard any more, without having given back what it held
   */
  record WorkerLost(WorkerKey worker, boolean died) implements NodeNews {
    public WorkerLost {
      requireNonNull(worker, "worker");
    }
  }

  /** A story whose actor runs there wants this now. */
  record StoryWants(StoryDemand demand) implements NodeNews {
    public StoryWants {
      requireNonNull(demand, "demand");
    }
  }

  /**
   * A story has ended.
   *
   * @param version as in {@link StoryDemand}
   */
  record StoryEnded(String storyId, long version) implements NodeNews {
    public StoryEnded {
      requireNonNull(storyId, "storyId");
    }
  }

  /** The actor of a story has stopped there: the story goes on when another one is started. */
  record StoryLeft(String storyId) implements NodeNews {
    public StoryLeft {
      requireNonNull(storyId, "storyId");
    }
  }
}

package dev.longtake.loadtest.faults.history;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import java.util.List;
import java.util.Map;

/** One line of a history. Times are milliseconds since 1970. */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "what")
@JsonSubTypes({
  @JsonSubTypes.Type(value = Happening.Begun.class, name = "begun"),
  @JsonSubTypes.Type(value = Happening.Stood.class, name = "stood"),
  @JsonSubTypes.Type(value = Happening.Broke.class, name = "broke"),
  @JsonSubTypes.Type(value = Happening.Mended.class, name = "mended"),
  @JsonSubTypes.Type(value = Happening.Skipped.class, name = "skipped"),
  @JsonSubTypes.Type(value = Happening.Leased.class, name = "leased"),
  @JsonSubTypes.Type(value = Happening.Finished.class, name = "finished"),
  @JsonSubTypes.Type(value = Happening.Released.class, name = "released"),
  @JsonSubTypes.Type(value = Happening.Ended.class, name = "ended"),
  @JsonSubTypes.Type(value = Happening.Other.class, name = "other"),
  @JsonSubTypes.Type(value = Happening.Answered.class, name = "answered"),
  @JsonSubTypes.Type(value = Happening.Filmed.class, name = "filmed"),
  @JsonSubTypes.Type(value = Happening.Counted.class, name = "counted"),
  @JsonSubTypes.Type(value = Happening.LeftBehind.class, name = "left-behind")
})
public sealed interface Happening {

  /** When. */
  long at();

  /** A row of a story's journal, which says when it was written. */
  sealed interface Row extends Happening {

    /** The how-manieth of the story, from 1. */
    long number();
  }

  /** A story was accepted. */
  record Begun(long at, String storyId, int chunks, int steps) implements Happening {}

  /**
   * A story was told to stand so.
   *
   * @param steps denoise steps done of each shot, over its chunks
   * @param failure code and message, if it has failed
   */
  record Stood(
      long at, String storyId, String state, List<Integer> steps, int chunksDone, String failure)
      implements Happening {
    public Stood {
      steps = List.copyOf(steps);
    }

    /** Whether nothing more will happen. */
    @JsonIgnore
    public boolean isEnded() {
      return !state.equals("PENDING") && !state.equals("RUNNING");
    }
  }

  /**
   * Something was broken.
   *
   * @param lostMax chunk-steps that it may cost: one checkpoint interval of each chunk at stake
   * @param endsCoordinators whether counts of coordinators are lost with it
   */
  record Broke(long at, String fault, String how, int lostMax, boolean endsCoordinators)
      implements Happening {}

  /** What was broken is whole again. */
  record Mended(long at, String fault) implements Happening {}

  /** A fault that this machine cannot have. */
  record Skipped(long at, String fault, String why) implements Happening {}

  /** Work was leased; the attempt is the one after that of the lease before. */
  record Leased(long at, long number, int shot, String kind, List<String> grants) implements Row {
    public Leased {
      grants = List.copyOf(grants);
    }
  }

  /**
   * A worker's report on its work was believed.
   *
   * @param failure empty if it was done
   */
  record Finished(
      long at, long number, int shot, String kind, int index, int attempt, String failure)
      implements Row {}

  /** Work is leased to nobody any more. */
  record Released(long at, long number, int shot, String kind, List<Integer> indexes)
      implements Row {
    public Released {
      indexes = List.copyOf(indexes);
    }
  }

  /** The story has ended. */
  record Ended(long at, long number, String state) implements Row {}

  /** A row that says nothing of work, such as a claim. */
  record Other(long at, long number, String name) implements Row {}

  /** Each coordinator was asked for the same story again, under the same request id. */
  record Answered(long at, Map<String, String> storyIds) implements Happening {
    public Answered {
      storyIds = Map.copyOf(storyIds);
    }
  }

  /**
   * A film was fetched, with all files that belong to it.
   *
   * @param expected the digest of the film that one process makes of the story without faults
   * @param frames in it
   * @param damaged files that were not what was promised
   */
  record Filmed(
      long at, String digest, String expected, int frames, int framesExpected, List<String> damaged)
      implements Happening {
    public Filmed {
      damaged = List.copyOf(damaged);
    }
  }

  /**
   * What a coordinator's meters said.
   *
   * @param chunksCompleted since its process was started
   * @param storeBytes of the latent store
   * @param heapBytes that it may take at most
   */
  record Counted(long at, String coordinator, long chunksCompleted, long storeBytes, long heapBytes)
      implements Happening {}

  /** What was still there after the end, each in a sentence; nothing is as it should be. */
  record LeftBehind(long at, List<String> things) implements Happening {
    public LeftBehind {
      things = List.copyOf(things);
    }
  }
}

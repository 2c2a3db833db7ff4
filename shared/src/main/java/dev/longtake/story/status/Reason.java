package dev.longtake.story.status;

import dev.longtake.words.Word;

/**
 * Why a chunk or a segment stands where it stands: exactly one reason holds for each. Those of what
 * waits for a worker come from the code that gives work out, so that they say what it would do now.
 */
public enum Reason implements Word {
  /** It is there, or an earlier rendering of the same inputs is. */
  DONE("nothing"),
  /** A worker computes it. */
  RUNNING("nothing"),
  /** A worker has it, and has nothing to do for it until a neighbour's slab comes. */
  NEIGHBOURS(
      "nothing, unless it stays so: then look at the workers that hold the chunks beside it"),
  /** A worker has it and is not connected; it is waited for, and then it goes to another one. */
  WORKER_AWAY("nothing: it is given to another worker soon; see that the missing one comes back"),
  /** It is given to a worker in this moment. */
  FLOWING("nothing"),
  /** Workers that could take it are there, and all have work that comes before it. */
  BUSY("wait, or start more workers of its engine class"),
  /**
   * Workers that could take it are there, and its tenant has its share of them: others are next.
   */
  SHARE("wait, start more workers, or raise the tenant's weight: shares.tenants"),
  /** Its tenant may have no more under way, or has used up its time of the day. */
  QUOTA("wait until less of the tenant's is under way, or raise its quota: shares.tenants"),
  /** No worker of its engine class is there. */
  NO_WORKER("start a worker of its engine class, or wait until the story goes to another class"),
  /** Workers of its engine class are there, with other weights. */
  OTHER_MODEL("start a worker with the story's model"),
  /** Workers that could render it are there, each bound to another tenant. */
  OTHER_TENANT("start a worker of its engine class for its tenant, or for all tenants"),
  /** Those that could take it finish what they hold and take nothing new. */
  DRAINING("start another worker of its engine class, or release one: longtake workers"),
  /** Nothing new is given out, because a disk of the farm is nearly full. */
  HELD_UP("make room on the farm's disks"),
  /** Whoever gives work out has just begun, or cannot be reached. */
  SETTLING("wait some seconds; if it stays so, look whether a coordinator leads"),
  /** Whoever gives work out waits for what the story tells it. */
  UNHEARD("wait some seconds; if it stays so, read the coordinators' logs"),
  /** The story is being planned. */
  PLANNING("nothing"),
  /** A segment is decoded once all chunks of its shot are there. */
  CHUNKS("nothing: look at the shot's chunks"),
  /** The coordinator joins the chunks' latents, before segments are decoded. */
  JOINING("nothing; if it stays so, read the coordinator's log"),
  /** All frames are there: the coordinator cuts the shot's clip, or makes the film. */
  FINISHING("nothing; if it stays so, read the coordinator's log"),
  /** The story has ended. */
  ENDED("nothing; longtake retry has a story go on that failed");

  private final String remedy;

  Reason(String remedy) {
    this.remedy = remedy;
  }

  /** What to do about it, as the end of a sentence. */
  public String remedy() {
    return remedy;
  }
}

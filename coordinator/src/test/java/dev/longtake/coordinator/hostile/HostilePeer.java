package dev.longtake.coordinator.hostile;

/** A small program that does one wicked thing to a coordinator, and ends by itself. */
@FunctionalInterface
interface HostilePeer {

  /**
   * Does it, and fails if the answer is another one than was promised. Nothing of it is left open
   * afterwards at this end.
   */
  void attack(Target target) throws Exception;
}

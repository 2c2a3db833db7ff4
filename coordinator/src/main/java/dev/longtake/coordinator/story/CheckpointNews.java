package dev.longtake.coordinator.story;

/** What became of a chunk's checkpoint. */
public enum CheckpointNews {
  /** The latent store has it: its chunk can go on from it as long as the store lives. */
  STORED,
  /** The archive has it: its shot can go on from it after the loss of every process. */
  ARCHIVED,
  /** The archive did not take it, so nothing need be kept for the sake of it. */
  NOT_ARCHIVED
}

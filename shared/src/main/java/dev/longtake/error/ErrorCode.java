package dev.longtake.error;

/** What went wrong. Each code has one {@link ErrorKind}; {@code wire} maps it to a gRPC status. */
public enum ErrorCode {
  /** A story or world file breaks a rule; the message lists every mistake. */
  STORY_INVALID(ErrorKind.CALLER),
  /** A picture is missing, unreadable, or larger than allowed. */
  PICTURE_INVALID(ErrorKind.CALLER),
  /** A checkpoint folder or a tensor file is malformed, incomplete or outside the family. */
  MODEL_INVALID(ErrorKind.CALLER),
  /** A request field is malformed. */
  REQUEST_INVALID(ErrorKind.CALLER),
  /** A command-line option or a configuration value is unknown or out of range. */
  CONFIGURATION_INVALID(ErrorKind.CALLER),
  /** The thing named does not exist. */
  NOT_FOUND(ErrorKind.CALLER),
  /** The name is taken by something else. */
  ALREADY_EXISTS(ErrorKind.CALLER),
  /** The other side does not know who this is: no certificate or token that counts. */
  UNAUTHENTICATED(ErrorKind.CALLER),
  /** The other side knows who this is, and this is not theirs to do. */
  PERMISSION_DENIED(ErrorKind.CALLER),
  /** The thing is in a state in which this cannot be done. */
  WRONG_STATE(ErrorKind.CALLER),
  /** A file could not be read or written. */
  FILE_UNUSABLE(ErrorKind.CALLER),
  /** The story was cancelled by a person. */
  CANCELLED(ErrorKind.CALLER),

  /** A queue or a store is full. */
  LIMIT_REACHED(ErrorKind.BUSY),
  /** There is no room for it on a disk now. */
  NO_ROOM(ErrorKind.BUSY),
  /** A disk or a database does not take what has to be kept: the process that needs it ends. */
  STORAGE_FAILED(ErrorKind.BUSY),
  /** The other side does not answer. */
  UNAVAILABLE(ErrorKind.BUSY),
  /** It took longer than its deadline. */
  DEADLINE_EXCEEDED(ErrorKind.BUSY),

  /** The engine (native library, device, memory) failed on this machine. */
  ENGINE_FAILED(ErrorKind.WORKER),
  /** The worker's device, or its machine, has not enough memory for it. */
  OUT_OF_MEMORY(ErrorKind.WORKER),
  /** The worker's device fails every call until the process is started again, or for good. */
  DEVICE_LOST(ErrorKind.WORKER),
  /** What a worker made has not the size that it must have. */
  RESULT_INVALID(ErrorKind.WORKER),
  /** A worker was lost, or gave a chunk up. */
  WORKER_LOST(ErrorKind.WORKER),
  /** Bytes do not have the digest that was promised. */
  DATA_CORRUPT(ErrorKind.WORKER),
  /** A chunk cannot go on from the checkpoint that it was told to go on from. */
  CHECKPOINT_UNUSABLE(ErrorKind.WORKER),

  /** The same key was written twice with different bits. */
  DETERMINISM_VIOLATED(ErrorKind.BUG),
  /** An invariant is broken. */
  INTERNAL(ErrorKind.BUG);

  private final ErrorKind kind;

  ErrorCode(ErrorKind kind) {
    this.kind = kind;
  }

  /** Who has to act on it. */
  public ErrorKind kind() {
    return kind;
  }

  /** Dotted, lower case, stable: {@code caller.story_invalid}; what clients and manifests show. */
  public String dotted() {
    return kind.label() + "." + name().toLowerCase(java.util.Locale.ROOT);
  }
}

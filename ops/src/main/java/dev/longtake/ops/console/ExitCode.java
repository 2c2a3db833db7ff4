package dev.longtake.ops.console;

import dev.longtake.error.ErrorCode;

/** What the program's exit status says to scripts. Documented in {@code ops/docs/cli.md}. */
public final class ExitCode {

  public static final int OK = 0;

  /** The work itself failed, or was cancelled. */
  public static final int FAILED = 1;

  /** Wrong use: an unknown option, a story that breaks a rule, a thing that does not exist. */
  public static final int WRONG_USE = 2;

  /** The farm does not answer or is full; the same command may succeed later. */
  static final int UNAVAILABLE = 3;

  /**
   * A coordinator's journal could not be written: it goes on when it is started again and can be.
   * (The number is that of {@code sysexits.h} for a failed input or output.)
   */
  public static final int STORAGE_FAILED = 74;

  /**
   * Another process has this worker's name: starting this one again would change nothing. (The
   * number is that of {@code sysexits.h} for a wrong configuration.)
   */
  public static final int NAME_TAKEN = 78;

  /** Ctrl-C. The Java machine itself answers so to SIGINT. */
  public static final int INTERRUPTED = 130;

  private ExitCode() {}

  /** The status for a failure of this kind. */
  public static int of(ErrorCode code) {
    if (code == ErrorCode.CANCELLED) {
      return FAILED;
    }
    return switch (code.kind()) {
      case CALLER -> WRONG_USE;
      case BUSY -> UNAVAILABLE;
      case WORKER, BUG -> FAILED;
    };
  }
}

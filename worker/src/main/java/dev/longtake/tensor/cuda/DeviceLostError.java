package dev.longtake.tensor.cuda;

/**
 * A device that will not compute again in this process: after such an error of CUDA every further
 * call fails too. An {@link Error}, so that nothing carries on: the worker process ends, its leases
 * pass to others, and whoever started it starts it again.
 */
public final class DeviceLostError extends Error {

  private static final long serialVersionUID = 1;

  DeviceLostError(String message) {
    super(message);
  }
}

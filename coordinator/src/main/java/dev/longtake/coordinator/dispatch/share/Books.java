package dev.longtake.coordinator.dispatch.share;

/** What is known of each tenant when work is dealt out. */
public interface Books {

  /** What one worker is, which may be shared by several tenants: divisible by 1 to 16. */
  long WORKER = 720_720;

  /**
   * A worker's part that goes to a tenant; of all its leases, so many are the tenant's.
   *
   * @return in parts of {@link #WORKER}
   */
  static long part(int leases, int all) {
    return WORKER * leases / all;
  }

  /** Milliseconds of workers' time, of which older ones count less and less. */
  double used(String tenant);

  /** The workers that work for it now, in parts of {@link #WORKER}. */
  long workers(String tenant);

  /** Chunks that it has under way: held, asked for, or taken back and waiting for the next one. */
  int chunks(String tenant);

  /** Whether nothing new of it may begin now, whatever is idle. */
  boolean isStopped(String tenant);
}

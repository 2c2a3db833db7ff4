package dev.longtake.loadtest.worker;

import dev.longtake.loadtest.history.Backlog;
import dev.longtake.loadtest.history.Latencies;
import dev.longtake.loadtest.history.LeaseHistory;
import dev.longtake.loadtest.scenario.ComputeTimes;
import java.util.concurrent.atomic.AtomicReference;

/**
 * What all simulated workers of a run share.
 *
 * @param times how long computing takes now; a warm-up is short
 */
public record Simulation(
    Lines lines,
    Timers timers,
    AtomicReference<ComputeTimes> times,
    LeaseHistory history,
    Backlog backlog,
    Latencies latencies,
    Incidents incidents) {}

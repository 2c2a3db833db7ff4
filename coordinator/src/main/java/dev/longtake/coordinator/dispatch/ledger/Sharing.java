package dev.longtake.coordinator.dispatch.ledger;

import dev.longtake.coordinator.dispatch.share.Moment;
import dev.longtake.coordinator.dispatch.share.ShareSettings;
import java.util.concurrent.Executor;
import java.util.function.Supplier;

/**
 * How the farm is shared, and where it is written down what each tenant had.
 *
 * @param clock what time it is
 * @param threads on which the store is waited for
 */
public record Sharing(
    ShareSettings settings, Supplier<Moment> clock, UseStore store, Executor threads) {}

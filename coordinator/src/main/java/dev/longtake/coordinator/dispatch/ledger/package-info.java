/**
 * What tenants and stories have used, written down so that it outlives every process. Counted by
 * {@code share}; here is who writes it, and where.
 */
@NullMarked
package dev.longtake.coordinator.dispatch.ledger;

import org.jspecify.annotations.NullMarked;

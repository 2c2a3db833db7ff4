/** The vocabulary between coordinator and workers: leases, orders and reports. Pure. */
@NullMarked
package dev.longtake.lease;

import org.jspecify.annotations.NullMarked;

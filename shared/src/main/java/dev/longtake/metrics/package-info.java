/** What the programs count and measure, and the page that shows it to Prometheus. */
@NullMarked
package dev.longtake.metrics;

import org.jspecify.annotations.NullMarked;

/**
 * Who looks at the dashboard, and how it is answered. Knows none of its pages; may use {@code
 * coordinator.access}, which says whose a token is.
 */
@NullMarked
package dev.longtake.coordinator.web.door;

import org.jspecify.annotations.NullMarked;

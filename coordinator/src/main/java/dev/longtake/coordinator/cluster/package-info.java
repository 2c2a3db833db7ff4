/**
 * Several coordinators as one farm: what they say to one another, and who of them is there. Where
 * there is one coordinator, nothing of this is used.
 */
@NullMarked
package dev.longtake.coordinator.cluster;

import org.jspecify.annotations.NullMarked;

/**
 * What is asked of a farm: how many workers, which stories, when. Pure; time and chance are
 * arguments.
 */
@NullMarked
package dev.longtake.loadtest.scenario;

import org.jspecify.annotations.NullMarked;

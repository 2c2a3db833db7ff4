/**
 * How far a film's world stays itself: seams, drift, motion, and whether those whom the story
 * schedules look the same wherever they are seen. Pure functions on pictures; nothing here knows
 * files, codecs or stories in progress. Each figure's formula, source and what fools it stand in
 * {@code ops/docs/consistency.md}.
 */
@NullMarked
package dev.longtake.consistency;

import org.jspecify.annotations.NullMarked;

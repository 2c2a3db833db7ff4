package dev.longtake.consistency;

import java.util.OptionalDouble;

/**
 * How far a shot goes away from how it began.
 *
 * @param colorPerMinute slope of the mean colour, CIELAB units a minute; what a short shot does by
 *     chance is large when it is said of a minute, so {@code colorChange} stands beside it
 * @param colorChange distance of the mean colour of the last quarter from that of the first, CIELAB
 *     (2.3 is just noticeable)
 * @param palette share of the picture whose colours in the last second were not there in the first
 * @param paletteRatio {@code palette} over the same between neighbouring seconds; 1 means that the
 *     shot's ends are as alike as any two seconds in a row. Empty under two seconds
 * @param sharpnessChange how much sharper (above 1) or softer the last quarter is than the first
 * @param flicker what the brightness of the picture's parts swings faster than a quarter of the
 *     frame rate, root mean square, 0 to 255
 * @param pulse how much more brightness swings once a chunk than slightly faster or slower; above 1
 *     chunks can be seen as a beat. Empty with fewer than three chunks
 */
public record DriftFigures(
    double colorPerMinute,
    double colorChange,
    double palette,
    OptionalDouble paletteRatio,
    double sharpnessChange,
    double flicker,
    OptionalDouble pulse) {}

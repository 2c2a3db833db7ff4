package dev.longtake.consistency;

/**
 * How much a shot moves. Stands beside every figure of consistency: what stands still is consistent
 * and shows nothing.
 *
 * @param difference mean difference of a frame to the one before, 0 to 255
 * @param widthsPerSecond mean speed of the picture's parts, in widths of the picture
 * @param unexplained mean difference to the frame before after the picture's parts were moved to
 *     where they fit best, 0 to 255: high for noise, low for motion
 * @param stagnation share of seconds after which the picture is still the same
 */
public record MotionFigures(
    double difference, double widthsPerSecond, double unexplained, double stagnation) {}

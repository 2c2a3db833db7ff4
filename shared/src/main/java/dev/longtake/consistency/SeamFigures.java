package dev.longtake.consistency;

import java.util.OptionalDouble;

/**
 * What can be seen of the place where two chunks meet, of frames reduced to at most {@value
 * dev.longtake.consistency.look.Rasters#WIDTH_MAX} wide. Each ratio compares it with the {@value
 * FrameChanges#REACH} frames on either side: 1 means that it cannot be told from them. Empty where
 * the picture around stands still.
 *
 * @param boundary index within the shot, from 0
 * @param frame the first frame that is the right chunk's
 * @param ratio of the difference to the frame before
 * @param jerkRatio of the second difference, which sees a sudden change of direction or speed
 * @param warpRatio of the difference that motion does not explain
 */
public record SeamFigures(
    String shot,
    int boundary,
    int frame,
    OptionalDouble ratio,
    OptionalDouble jerkRatio,
    OptionalDouble warpRatio) {}

package dev.longtake.render;

import java.time.Duration;

/**
 * What a worker keeps in memory besides its work, and how long it waits for a slab at a time. None
 * of it changes a film.
 *
 * @param promptsMax encoded prompts
 * @param referenceBytesMax of encoded reference pictures
 * @param resultsMax finished segments waiting for their upload beyond which none is decoded
 * @param slabWait after so long a slab is asked for again
 */
public record RenderLimits(
    int promptsMax, long referenceBytesMax, int resultsMax, Duration slabWait) {}

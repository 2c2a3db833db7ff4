package dev.longtake.ops.json;

import org.jspecify.annotations.Nullable;

/**
 * A film that has just been delivered: {@code film.schema.json}.
 *
 * @param seamMedianRatio 0 if no shot has more than one chunk
 * @param seamMedianRatioExchangeOff of the same film without exchange, if it was rendered
 */
public record FilmJson(
    String film,
    String sha256,
    int frameCount,
    double seconds,
    double seamMedianRatio,
    @Nullable Double seamMedianRatioExchangeOff,
    double tookSeconds) {}

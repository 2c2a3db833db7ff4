/**
 * The operators' dashboard: what its pages show, and the server that shows it. Records named {@code
 * …Page} are pure, and made from what {@link dev.longtake.coordinator.web.FarmPicture} holds; the
 * server, its viewers and what asks the farm are the rim. Nobody is asked anything while nobody
 * looks, but for the throughput that is kept; and however many look, each page is made once.
 */
@NullMarked
package dev.longtake.coordinator.web;

import org.jspecify.annotations.NullMarked;

/**
 * The worker's connections to the coordinator: the stream of orders and reports, slabs, checkpoints
 * and artifacts. The only package of the worker that knows the wire.
 */
@NullMarked
package dev.longtake.worker.link;

import org.jspecify.annotations.NullMarked;

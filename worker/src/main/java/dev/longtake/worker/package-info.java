/**
 * The worker process: opens the model, dials the coordinator, says what it holds and takes over
 * what it should hold. The only package of this module that knows gRPC and generated messages.
 */
@NullMarked
package dev.longtake.worker;

import org.jspecify.annotations.NullMarked;

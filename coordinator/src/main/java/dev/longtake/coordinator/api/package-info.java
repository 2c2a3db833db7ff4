/**
 * The gRPC services: they read a request, ask an actor or a store, and answer; they decide nothing.
 * The only place, with {@code workers}, where the wire's messages appear.
 */
@NullMarked
package dev.longtake.coordinator.api;

import org.jspecify.annotations.NullMarked;

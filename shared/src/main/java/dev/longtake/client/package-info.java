/**
 * The client library: a farm's stories for people and tools, slabs and artifacts for workers. Calls
 * block; run them on virtual threads. What fails is a {@code LongtakeException}; what is busy is
 * tried again.
 */
@NullMarked
package dev.longtake.client;

import org.jspecify.annotations.NullMarked;

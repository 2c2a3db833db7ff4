/**
 * Artifacts and the index of finished shots in a bucket of S3, or of what speaks its protocol. The
 * one place that knows the library for it, whose classes are loaded by a coordinator that is set up
 * for S3 and by no other.
 */
@NullMarked
package dev.longtake.coordinator.artifacts.s3;

import org.jspecify.annotations.NullMarked;

/**
 * Content-addressed artifacts, and the index of finished shots: the contract of both, and their
 * form in a folder, where every file is written under another name, synchronised to the disk, and
 * renamed, so that nothing half-written is ever seen.
 */
@NullMarked
package dev.longtake.coordinator.artifacts;

import org.jspecify.annotations.NullMarked;

/**
 * From decoded shots to a film: transitions, clips, the contact sheet, the manifest and the seam
 * figures. Reads artifacts, writes files into a folder it is given; knows nothing of stories in
 * progress, actors or the wire.
 */
@NullMarked
package dev.longtake.coordinator.film;

import org.jspecify.annotations.NullMarked;

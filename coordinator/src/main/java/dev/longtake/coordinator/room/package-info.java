/**
 * Whether the coordinator's disks have room: {@code RoomLevel} decides by marks, {@code RoomWatch}
 * asks the disks and tells. It knows nothing of what is stored.
 */
@NullMarked
package dev.longtake.coordinator.room;

import org.jspecify.annotations.NullMarked;

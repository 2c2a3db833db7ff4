/** Tells others what has happened: signed webhooks, and a command. */
@NullMarked
package dev.longtake.coordinator.notify;

import org.jspecify.annotations.NullMarked;

/**
 * Domain records to protobuf messages and back, and failures to gRPC statuses and back. All that
 * comes in is checked here: what is wrong is {@code REQUEST_INVALID} with the field's name. With
 * {@code client} the only place of this module that sees generated classes.
 */
@NullMarked
package dev.longtake.wire;

import org.jspecify.annotations.NullMarked;

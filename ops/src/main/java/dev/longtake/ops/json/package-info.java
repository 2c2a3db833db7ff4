/**
 * What {@code --json} prints: one record for each kind of line, with a schema in {@code
 * ops/schema}. Scripts read it: names and meanings stay, fields are only ever added.
 */
@NullMarked
package dev.longtake.ops.json;

import org.jspecify.annotations.NullMarked;

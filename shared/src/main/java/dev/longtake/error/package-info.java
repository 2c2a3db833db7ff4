/**
 * The one vocabulary of failures: what went wrong ({@link dev.longtake.error.ErrorCode}), whose
 * fault it is and what to do about it ({@link dev.longtake.error.ErrorKind}). Pure.
 */
@NullMarked
package dev.longtake.error;

import org.jspecify.annotations.NullMarked;

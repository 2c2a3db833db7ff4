/**
 * Who a program of the farm is, and whom it believes: certificates and keys from a folder, read
 * again when they change. Knows neither gRPC nor Pekko; whoever opens connections gives these keys
 * and this trust to them.
 */
@NullMarked
package dev.longtake.security;

import org.jspecify.annotations.NullMarked;

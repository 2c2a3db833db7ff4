/**
 * How traces leave the process: through the SDK of OpenTelemetry, as OTLP over HTTP. Nothing of the
 * SDK is loaded where traces are off.
 */
@NullMarked
package dev.longtake.trace.otlp;

import org.jspecify.annotations.NullMarked;

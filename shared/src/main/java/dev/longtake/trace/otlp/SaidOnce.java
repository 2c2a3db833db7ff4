package dev.longtake.trace.otlp;

import io.opentelemetry.sdk.common.CompletableResultCode;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.export.SpanExporter;
import java.net.URI;
import java.util.Collection;
import java.util.concurrent.atomic.AtomicLong;
import java.util.logging.Level;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Says once that a target takes nothing, and once that it does again: it may be away for days, and
 * nobody needs it.
 */
final class SaidOnce implements SpanExporter {

  private static final Logger log = LoggerFactory.getLogger(SaidOnce.class);

  /** Speaks of each failure by itself; kept here, since the runtime forgets what nobody holds. */
  private static final java.util.logging.Logger OWN =
      java.util.logging.Logger.getLogger("io.opentelemetry");

  private final SpanExporter exporter;
  private final URI address;
  private final AtomicLong lost = new AtomicLong();

  SaidOnce(SpanExporter exporter, URI address) {
    this.exporter = exporter;
    this.address = address;
    OWN.setLevel(Level.OFF);
  }

  @Override
  public CompletableResultCode export(Collection<SpanData> spans) {
    CompletableResultCode result = exporter.export(spans);
    return result.whenComplete(() -> note(result.isSuccess(), spans.size()));
  }

  private void note(boolean isTaken, int count) {
    if (isTaken) {
      long missing = lost.getAndSet(0);
      if (missing > 0) {
        log.info("traces are taken again by {}; parts={} are lost", address, missing);
      }
    } else if (lost.getAndAdd(count) == 0) {
      log.warn("traces are not taken by {}: they are lost until it does; work goes on", address);
    }
  }

  @Override
  public CompletableResultCode flush() {
    return exporter.flush();
  }

  @Override
  public CompletableResultCode shutdown() {
    return exporter.shutdown();
  }
}

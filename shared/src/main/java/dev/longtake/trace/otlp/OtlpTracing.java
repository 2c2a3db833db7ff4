package dev.longtake.trace.otlp;

import dev.longtake.trace.Facts;
import dev.longtake.trace.Span;
import dev.longtake.trace.TraceContext;
import dev.longtake.trace.Tracing;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.common.AttributesBuilder;
import io.opentelemetry.api.trace.SpanBuilder;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.api.trace.TraceFlags;
import io.opentelemetry.api.trace.TraceState;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.context.Context;
import io.opentelemetry.exporter.otlp.http.trace.OtlpHttpSpanExporter;
import io.opentelemetry.sdk.resources.Resource;
import io.opentelemetry.sdk.trace.IdGenerator;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.export.BatchSpanProcessor;
import io.opentelemetry.sdk.trace.samplers.Sampler;
import java.net.URI;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends traces with the SDK: parts wait in a queue that has a bound, one thread sends them a second
 * later, many together, each batch once. What cannot be sent, or finds the queue full, is given up.
 */
final class OtlpTracing implements Tracing {

  // Not with the address, which is read before it is known where log lines go.
  private static final Logger log = LoggerFactory.getLogger(OtlpTracing.class);

  private static final Duration PAUSE = Duration.ofSeconds(1);
  private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(2);
  private static final Duration SEND_TIMEOUT = Duration.ofSeconds(5);
  private static final long CLOSE_SECONDS = 3;
  private static final int QUEUE_MAX = 4096;
  private static final int BATCH_MAX = 512;

  private final GivenIds ids;
  private final SdkTracerProvider provider;
  private final Tracer tracer;

  private OtlpTracing(GivenIds ids, SdkTracerProvider provider) {
    this.ids = ids;
    this.provider = provider;
    this.tracer = provider.get("dev.longtake");
  }

  static Tracing open(URI address, String service, String instance) {
    log.info("traces go to {} as {} {}", address, service, instance);
    var ids = new GivenIds();
    var http =
        OtlpHttpSpanExporter.builder()
            .setEndpoint(address.toString())
            .setConnectTimeout(CONNECT_TIMEOUT)
            .setTimeout(SEND_TIMEOUT)
            .setCompression("gzip")
            .setRetryPolicy(null)
            .build();
    var sending =
        BatchSpanProcessor.builder(new SaidOnce(http, address))
            .setMaxQueueSize(QUEUE_MAX)
            .setMaxExportBatchSize(BATCH_MAX)
            .setScheduleDelay(PAUSE)
            .setExporterTimeout(SEND_TIMEOUT)
            .build();
    Attributes process =
        Attributes.of(
            AttributeKey.stringKey("service.name"), service,
            AttributeKey.stringKey("service.instance.id"), instance);
    return new OtlpTracing(
        ids,
        SdkTracerProvider.builder()
            .setIdGenerator(ids)
            .setSampler(Sampler.alwaysOn()) // Which stories are traced is decided before.
            .setResource(Resource.getDefault().merge(Resource.create(process)))
            .addSpanProcessor(sending)
            .build());
  }

  @Override
  public boolean isOn() {
    return true;
  }

  @Override
  public synchronized void ended(Span span) {
    ids.next = span.self();
    SpanBuilder builder =
        tracer
            .spanBuilder(span.name())
            .setStartTimestamp(span.start())
            .setAllAttributes(attributes(span.facts()));
    span.parent()
        .ifPresentOrElse(parent -> builder.setParent(context(parent)), builder::setNoParent);
    var made = builder.startSpan();
    span.events().forEach(it -> made.addEvent(it.name(), attributes(it.facts()), it.at()));
    span.failure().ifPresent(why -> made.setStatus(StatusCode.ERROR, why));
    made.end(span.end());
  }

  private static Context context(TraceContext parent) {
    return Context.root()
        .with(
            io.opentelemetry.api.trace.Span.wrap(
                SpanContext.createFromRemoteParent(
                    parent.traceId(),
                    parent.spanId(),
                    TraceFlags.getSampled(),
                    TraceState.getDefault())));
  }

  private static Attributes attributes(Facts facts) {
    AttributesBuilder all = Attributes.builder();
    facts.words().forEach(all::put);
    facts.numbers().forEach((name, number) -> all.put(AttributeKey.longKey(name), number));
    return all.build();
  }

  @Override
  public void close() {
    provider.shutdown().join(CLOSE_SECONDS, TimeUnit.SECONDS);
  }

  /** Says the ids that a part has already. Under the lock of the outer object. */
  private static final class GivenIds implements IdGenerator {

    private TraceContext next = new TraceContext("1".repeat(32), "1".repeat(16));

    @Override
    public String generateSpanId() {
      return next.spanId();
    }

    @Override
    public String generateTraceId() {
      return next.traceId();
    }
  }
}

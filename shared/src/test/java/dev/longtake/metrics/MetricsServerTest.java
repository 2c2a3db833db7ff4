package dev.longtake.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.longtake.error.ErrorCode;
import dev.longtake.error.LongtakeException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import org.junit.jupiter.api.Test;

class MetricsServerTest {

  @Test
  void metrics_page_showsEveryMeter() throws Exception {
    Metrics metrics = new Metrics();
    metrics.stories.labelValues("succeeded").inc();
    metrics.chunks.labelValues("running").set(3);
    metrics.denoiseStepSeconds.observe(0.2);
    metrics.slabBytes.labelValues("in").inc(10);
    metrics.artifactBytes.labelValues("out").inc(20);
    metrics.countError(ErrorCode.WORKER_LOST);

    String page;
    try (var server = MetricsServer.start(metrics, "127.0.0.1", 0);
        var client = HttpClient.newHttpClient()) {
      URI uri = URI.create("http://127.0.0.1:%d/metrics".formatted(server.port()));
      page =
          client
              .send(HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.ofString())
              .body();
    }

    assertThat(page)
        .contains(
            "longtake_stories_total{state=\"succeeded\"} 1.0",
            "longtake_shots_completed_total 0.0",
            "longtake_shots_reused_total 0.0",
            "longtake_chunks_completed_total 0.0",
            "longtake_chunk_attempts_total 0.0",
            "longtake_segments_completed_total 0.0",
            "longtake_workers 0.0",
            "longtake_chunks{state=\"running\"} 3.0",
            "longtake_denoise_steps_total 0.0",
            "longtake_denoise_step_seconds_bucket{le=\"0.25\"} 1",
            "longtake_exchange_wait_seconds_total 0.0",
            "longtake_decode_frame_seconds_count 0",
            "longtake_slabs_put_total 0.0",
            "longtake_slabs_got_total 0.0",
            "longtake_slab_bytes_total{direction=\"in\"} 10.0",
            "longtake_latent_store_bytes 0.0",
            "longtake_artifact_bytes_total{direction=\"out\"} 20.0",
            "longtake_errors_total{error_kind=\"worker\"} 1.0",
            "longtake_errors_total{error_kind=\"bug\"} 0.0",
            "jvm_memory_used_bytes");
  }

  @Test
  void start_takenPort_saysWhich() {
    try (var server = MetricsServer.start(new Metrics(), "127.0.0.1", 0)) {
      LongtakeException failure =
          catchThrowableOfType(
              LongtakeException.class,
              () -> MetricsServer.start(new Metrics(), "127.0.0.1", server.port()));

      assertThat(failure.code()).isEqualTo(ErrorCode.CONFIGURATION_INVALID);
      assertThat(failure.getMessage())
          .startsWith("metrics port: expected a free one on 127.0.0.1, found " + server.port());
    }
  }
}

package dev.longtake.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.longtake.error.ErrorCode;
import dev.longtake.error.LongtakeException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MetricsServerTest {

  /** A process that runs and cannot work. */
  private record FixedProbes() implements Probes {
    @Override
    public Optional<String> whyNotLive() {
      return Optional.empty();
    }

    @Override
    public Optional<String> whyNotReady() {
      return Optional.of("artifacts: the bucket is away");
    }
  }

  @ParameterizedTest
  @CsvSource({
    "live, 200, live",
    "ready, 503, artifacts: the bucket is away",
    "'', 200, /metrics /live /ready",
    "alive, 404, 'expected /metrics, /live or /ready, found /alive'"
  })
  void probe_path_answersWithOneLine(String path, int status, String line) throws Exception {
    try (var server = MetricsServer.start(new Metrics(), new FixedProbes(), "127.0.0.1", 0);
        var client = HttpClient.newHttpClient()) {
      URI uri = URI.create("http://127.0.0.1:%d/%s".formatted(server.port(), path));
      HttpResponse<String> answer =
          client.send(HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.ofString());

      assertThat(answer.statusCode()).isEqualTo(status);
      assertThat(answer.body()).isEqualTo(line + "\n");
    }
  }

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
    try (var server = MetricsServer.start(metrics, new FixedProbes(), "127.0.0.1", 0);
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
            "longtake_boundary_disagreement_ratio_count 0",
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
    try (var server = MetricsServer.start(new Metrics(), new FixedProbes(), "127.0.0.1", 0)) {
      LongtakeException failure =
          catchThrowableOfType(
              LongtakeException.class,
              () ->
                  MetricsServer.start(
                      new Metrics(), new FixedProbes(), "127.0.0.1", server.port()));

      assertThat(failure.code()).isEqualTo(ErrorCode.CONFIGURATION_INVALID);
      assertThat(failure.getMessage())
          .startsWith("metrics port: expected a free one on 127.0.0.1, found " + server.port());
    }
  }
}

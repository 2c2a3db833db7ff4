package dev.longtake.coordinator.web;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.longtake.client.FarmClient;
import dev.longtake.coordinator.Coordinator;
import dev.longtake.coordinator.CoordinatorConfig;
import dev.longtake.coordinator.TestConfig;
import dev.longtake.coordinator.web.door.Guard;
import dev.longtake.testing.TestStories;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the dashboard answers, without a browser. */
@Timeout(60)
class WebServerTest {

  private static final ObjectMapper JSON = new ObjectMapper();

  @TempDir static Path folder;
  private static Coordinator coordinator;
  private static HttpClient http;
  private static String storyId;

  @BeforeAll
  static void start() {
    coordinator =
        Coordinator.start(
            CoordinatorConfig.CONFIGURATION.of(TestConfig.in(folder).with("test", "web.port", 0)));
    http = HttpClient.newHttpClient();
    storyId = submit("<b>night</b>");
  }

  private static String submit(String name) {
    try (FarmClient client = FarmClient.connect("127.0.0.1", coordinator.port())) {
      return client
          .submit("request-" + name.length(), TestStories.story(name, 33), TestStories.pictures())
          .storyId();
    }
  }

  @AfterAll
  static void stop() {
    http.close();
    coordinator.close();
  }

  private static HttpRequest.Builder to(String path) {
    return HttpRequest.newBuilder(
        URI.create("http://127.0.0.1:%d%s".formatted(coordinator.webPort(), path)));
  }

  private static HttpResponse<String> get(String path) {
    return send(to(path));
  }

  private static HttpResponse<String> send(HttpRequest.Builder request) {
    try {
      return http.send(request.build(), BodyHandlers.ofString());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private static JsonNode page(String path) throws IOException {
    HttpResponse<String> answer = get("/api/pages/" + path);
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    return JSON.readTree(answer.body());
  }

  private static HttpResponse<String> act(String action, String subject) {
    return post(
        "{\"action\":\"%s\",\"subject\":\"%s\",\"reason\":\"not wanted\"}"
            .formatted(action, subject));
  }

  private static HttpResponse<String> post(String body) {
    return send(to("/api/actions").header(Guard.HEADER, "1").POST(BodyPublishers.ofString(body)));
  }

  @Test
  void farm_storyThatWaits_isShown() throws IOException {
    JsonNode film = page("farm").path("films").get(0);

    assertThat(film.path("name").asText()).isEqualTo("<b>night</b>");
    assertThat(film.path("state").asText()).isEqualTo("pending");
    assertThat(page("film?story=" + storyId).path("shots").size()).isEqualTo(1);
    assertThat(page("lines?shot=0&chunk=0&story=" + storyId).path("lines").isArray()).isTrue();
    assertThat(page("control").path("leader").asText()).isEqualTo("alone");
  }

  @ParameterizedTest
  @ValueSource(strings = {"farm", "history", "holds", "workers", "failures", "takes", "control"})
  void everyPage_ofAFarmWithoutWorkers_isThere(String name) throws IOException {
    assertThat(page(name).isObject()).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/api/pages/none",
        "/api/pages/film",
        "/api/pages/farm?story=x",
        "/api/pages/lines?story=x",
        "/api/pages/lines?story=x&shot=a&chunk=0",
        "/api/pages/film?story=x&shot=0&chunk=0"
      })
  void page_unknown_isRefused(String path) {
    assertThat(get(path).statusCode()).isEqualTo(400);
  }

  @Test
  void page_ofAStoryThatIsNot_isNotFound() {
    assertThat(get("/api/pages/film?story=none").statusCode()).isEqualTo(404);
    assertThat(get("/files/none/film.mp4").statusCode()).isEqualTo(404);
    assertThat(get("/files/" + storyId + "/film.mp4").statusCode()).isEqualTo(404);
    assertThat(get("/references/" + storyId + "/" + "0".repeat(64)).statusCode()).isEqualTo(404);
  }

  @Test
  void everyAnswer_letsNothingInFromElsewhere() {
    for (String path : new String[] {"/", "/workers", "/assets/app.js", "/api/pages/farm"}) {
      assertThat(get(path).headers().firstValue("Content-Security-Policy").orElseThrow())
          .startsWith("default-src 'none'")
          .doesNotContain("unsafe", "http");
    }
  }

  @Test
  void ownFiles_nameNoOtherHostAndAreAllServed() throws IOException {
    Path own = Path.of("src", "main", "resources", "web");
    try (Stream<Path> files = Files.list(own)) {
      for (Path file : files.toList()) {
        String name = file.getFileName().toString();
        String text = Files.readString(file).replace("http://www.w3.org/", "");
        assertThat(text).as(name).doesNotContain("http://", "https://", "style=\"", "onclick=\"");
        String path = name.equals("index.html") ? "/" : "/assets/" + name;
        assertThat(get(path).statusCode()).as(name).isEqualTo(200);
      }
    }
    assertThat(get("/assets/uPlot.js").body()).contains("uPlot");
    assertThat(get("/assets/uPlot.css").body()).contains(".uplot");
    assertThat(get("/assets/none.js").statusCode()).isEqualTo(404);
  }

  @Test
  void events_ofAPage_beginWithThePage() throws Exception {
    var request = to("/api/events?page=farm").header("Accept", "text/event-stream").build();
    try (Stream<String> lines = http.send(request, BodyHandlers.ofLines()).body()) {
      assertThat(lines.filter(line -> line.startsWith("data: ")).findFirst().orElseThrow())
          .contains("\"films\":");
    }
  }

  @Test
  void cancel_fromItsOwnPage_endsTheStoryAndIsWritten() throws IOException {
    String other = submit("another");

    assertThat(act("cancel", other).statusCode()).isEqualTo(200);

    assertThat(page("film?story=" + other).path("film").path("state").asText())
        .isEqualTo("cancelled");
    JsonNode entry = page("control").path("audit").get(0);
    assertThat(entry.path("subject").asText()).isEqualTo(other);
    assertThat(entry.path("reason").asText()).isEqualTo("not wanted");
    assertThat(Files.readString(folder.resolve("audit.jsonl"))).contains(other);
    assertThat(act("retry", other).statusCode()).isEqualTo(409);
  }

  @Test
  void worker_drainedQuarantinedReleased_isSoInThePageAndWritten() throws IOException {
    assertThat(act("drain", "gpu-7").statusCode()).isEqualTo(200);
    assertThat(act("quarantine", "gpu-7").statusCode()).isEqualTo(200);
    assertThat(act("release", "gpu-7").statusCode()).isEqualTo(200);
    assertThat(act("release", "gpu-7").statusCode()).isEqualTo(404);
    assertThat(act("drain", "no worker's id").statusCode()).isEqualTo(400);

    JsonNode audit = page("control").path("audit");
    assertThat(audit.findValuesAsText("action").subList(0, 4))
        .containsExactly("release", "release", "quarantine", "drain");
    assertThat(audit.get(0).path("outcome").asText()).contains("expected a worker that is drained");
  }

  @Test
  void actions_ofOtherSitesOrUnknown_changeNothing() {
    var plain = BodyPublishers.ofString("{\"action\":\"cancel\",\"subject\":\"" + storyId + "\"}");

    assertThat(send(to("/api/actions").POST(plain)).statusCode()).isEqualTo(403);
    assertThat(
            send(to("/api/actions")
                    .header(Guard.HEADER, "1")
                    .header("Origin", "http://evil.example")
                    .POST(plain))
                .statusCode())
        .isEqualTo(403);
    assertThat(act("explode", storyId).statusCode()).isEqualTo(400);
    assertThat(act("cancel", "").statusCode()).isEqualTo(400);
    assertThat(
            post("{\"action\":\"cancel\",\"subject\":\"%s\",\"reason\":\"a\\nb\"}"
                    .formatted(storyId))
                .body())
        .contains("reason: expected a single line");
    assertThat(post("{\"action\"").statusCode()).isEqualTo(400);
    assertThat(post("").statusCode()).isEqualTo(400);
    assertThat(get("/api/pages/film?story=" + storyId).body()).contains("\"pending\"");
  }
}

package dev.longtake.coordinator.web;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.longtake.client.AccessClient;
import dev.longtake.client.Address;
import dev.longtake.client.Addresses;
import dev.longtake.client.Channels;
import dev.longtake.client.FarmClient;
import dev.longtake.client.Pass;
import dev.longtake.client.Retries;
import dev.longtake.coordinator.Coordinator;
import dev.longtake.coordinator.CoordinatorConfig;
import dev.longtake.coordinator.TestConfig;
import dev.longtake.coordinator.web.door.Guard;
import dev.longtake.security.FarmToken;
import dev.longtake.security.PeerRole;
import dev.longtake.security.Role;
import dev.longtake.security.TlsIdentity;
import dev.longtake.testing.TestCertificates;
import dev.longtake.testing.TestStories;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The dashboard of a farm that asks people who they are. */
@Timeout(60)
class LoginTest {

  private static final ObjectMapper JSON = new ObjectMapper();

  @TempDir static Path temp;
  private static TestCertificates certificates;
  private static Coordinator coordinator;
  private static HttpClient http;
  private static AccessClient admin;
  private static FarmToken redArtist;
  private static FarmToken blueViewer;
  private static FarmToken operator;
  private static String redStory;

  @BeforeAll
  static void start() {
    certificates = new TestCertificates(temp.resolve("certs"));
    coordinator =
        Coordinator.start(
            CoordinatorConfig.CONFIGURATION.of(
                TestConfig.in(temp.resolve("farm"))
                    .with("test", "web.port", 0)
                    .with("test", "tls.folder", certificates.of(PeerRole.COORDINATOR))));
    http = HttpClient.newHttpClient();
    admin =
        new AccessClient(Channels.open(address(), pass(PeerRole.COORDINATOR, Optional.empty())));
    redArtist = token("rosie", Role.ARTIST, "red");
    blueViewer = token("leo", Role.VIEWER, "blue");
    operator = token("night", Role.OPERATOR, "*");
    redStory = submit(redArtist, "red film");
    submit(token("ella", Role.ARTIST, "blue"), "blue film");
  }

  private static Addresses address() {
    return Addresses.of(new Address("127.0.0.1", coordinator.port()));
  }

  private static Pass pass(PeerRole kind, Optional<FarmToken> token) {
    return new Pass(
        Optional.of(TlsIdentity.openForClient(certificates.of(kind), InstantSource.system())),
        token);
  }

  private static FarmToken token(String name, Role role, String tenant) {
    return admin.create(name, role, tenant, Duration.ofDays(1)).token();
  }

  private static String submit(FarmToken token, String name) {
    try (var client =
        new FarmClient(
            Channels.open(address(), pass(PeerRole.CLIENT, Optional.of(token))),
            Retries.NONE,
            Retries.NONE)) {
      return client.submit("r", TestStories.story(name, 33), TestStories.pictures()).storyId();
    }
  }

  @AfterAll
  static void stop() {
    admin.close();
    http.close();
    coordinator.close();
  }

  private static HttpRequest.Builder to(String path) {
    return HttpRequest.newBuilder(
        URI.create("http://127.0.0.1:%d%s".formatted(coordinator.webPort(), path)));
  }

  private static HttpResponse<String> get(String path, String cookie) throws Exception {
    return http.send(to(path).header("Cookie", cookie).build(), BodyHandlers.ofString());
  }

  private static HttpResponse<String> post(String path, String body, String cookie)
      throws Exception {
    return http.send(
        to(path)
            .header("Cookie", cookie)
            .header(Guard.HEADER, "1")
            .POST(BodyPublishers.ofString(body))
            .build(),
        BodyHandlers.ofString());
  }

  private static HttpResponse<String> login(String token) throws Exception {
    return post("/api/login", JSON.createObjectNode().put("token", token).toString(), "a=b");
  }

  /** The cookie of a session. */
  private static String session(FarmToken token) throws Exception {
    HttpResponse<String> answer = login(token.secret());
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    String cookie = answer.headers().firstValue("Set-Cookie").orElseThrow();
    assertThat(cookie)
        .contains("; HttpOnly")
        .contains("; SameSite=Strict")
        .contains("Max-Age=43200");
    return cookie.substring(0, cookie.indexOf(';'));
  }

  private static List<String> films(String cookie) throws Exception {
    JsonNode page = JSON.readTree(get("/api/pages/farm", cookie).body());
    return page.path("films").findValuesAsText("name");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/api/pages/farm",
        "/api/pages/none",
        "/api/events?page=farm",
        "/files/story-000001/film.mp4",
        "/files/story-999999/film.mp4",
        "/references/story-000001/0",
        "/drafts/story-000001/0/0"
      })
  void request_ofSomebodyWhoHasShownNoToken_isRefused(String path) throws Exception {
    for (String cookie : List.of("a=b", "longtake-session=0", "longtake-session=")) {
      HttpResponse<String> answer = get(path, cookie);

      assertThat(answer.statusCode()).isEqualTo(401);
      assertThat(answer.body())
          .isEqualTo("{\"error\":\"expected somebody who has shown a token\"}");
    }
  }

  @Test
  void action_ofSomebodyWhoHasShownNoToken_isRefused() throws Exception {
    HttpResponse<String> answer =
        post(
            "/api/actions",
            "{\"action\":\"cancel\",\"subject\":\"%s\"}".formatted(redStory),
            "a=b");

    assertThat(answer.statusCode()).isEqualTo(401);
  }

  @Test
  void shell_ofSomebodyWhoHasShownNoToken_isThereAndTellsNothing() throws Exception {
    assertThat(get("/", "a=b").statusCode()).isEqualTo(200);
    assertThat(get("/assets/login.js", "a=b").statusCode()).isEqualTo(200);
    JsonNode about = JSON.readTree(get("/api/about", "a=b").body());
    assertThat(about.path("asks").asBoolean()).isTrue();
    assertThat(about.has("node")).isFalse();
  }

  @Test
  void login_withWhatDoesNotCount_isRefused() throws Exception {
    AccessClient.Issued gone = admin.create("gone", Role.ADMIN, "*", Duration.ofDays(1));
    admin.revoke(gone.info().id());

    for (String token :
        List.of("", "x", FarmToken.draw(new SecureRandom()).secret(), gone.token().secret())) {
      HttpResponse<String> answer = login(token);
      assertThat(answer.statusCode()).isEqualTo(401);
      assertThat(answer.headers().firstValue("Set-Cookie")).isEmpty();
    }
  }

  /** Its own connection is from this machine, and the browser's may be from anywhere. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "X-Forwarded-Proto: http",
        "X-Forwarded-For: 10.0.0.9",
        "X-Real-IP: 10.0.0.9",
        "Forwarded: for=10.0.0.9;proto=http"
      })
  void login_throughAProxyThatDoesNotEncrypt_isRefused(String header) throws Exception {
    HttpResponse<String> answer = loginThroughAProxy(header);

    assertThat(answer.statusCode()).isEqualTo(401);
    assertThat(answer.body()).contains("over a network in plain text");
    assertThat(answer.headers().firstValue("Set-Cookie")).isEmpty();
  }

  @Test
  void login_throughAProxyThatEncrypts_givesASessionForEncryptedConnectionsAlone()
      throws Exception {
    HttpResponse<String> answer = loginThroughAProxy("X-Forwarded-Proto: https");

    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(answer.headers().firstValue("Set-Cookie").orElseThrow()).endsWith("; Secure");
  }

  private static HttpResponse<String> loginThroughAProxy(String header) throws Exception {
    String body = JSON.createObjectNode().put("token", redArtist.secret()).toString();
    int colon = header.indexOf(':');
    HttpRequest request =
        to("/api/login")
            .header(Guard.HEADER, "1")
            .header(header.substring(0, colon), header.substring(colon + 2))
            .POST(BodyPublishers.ofString(body))
            .build();
    return http.send(request, BodyHandlers.ofString());
  }

  @Test
  void login_ofAPageFromElsewhere_isRefused() throws Exception {
    String body = JSON.createObjectNode().put("token", redArtist.secret()).toString();
    HttpRequest bare = to("/api/login").POST(BodyPublishers.ofString(body)).build();
    HttpRequest foreign =
        to("/api/login")
            .header(Guard.HEADER, "1")
            .header("Origin", "http://evil.example")
            .POST(BodyPublishers.ofString(body))
            .build();

    assertThat(http.send(bare, BodyHandlers.ofString()).statusCode()).isEqualTo(403);
    assertThat(http.send(foreign, BodyHandlers.ofString()).statusCode()).isEqualTo(403);
  }

  @Test
  void pages_ofOneTenant_showNothingOfAnother() throws Exception {
    String blue = session(blueViewer);

    assertThat(films(blue)).containsExactly("blue film");
    assertThat(films(session(operator))).contains("red film", "blue film");
    for (String page :
        List.of("farm", "history", "holds", "workers", "failures", "takes", "tenants")) {
      HttpResponse<String> answer = get("/api/pages/" + page, blue);
      assertThat(answer.statusCode()).as(page).isEqualTo(200);
      assertThat(answer.body()).as(page).doesNotContain("red film").doesNotContain(redStory);
    }
    for (String path :
        List.of(
            "/api/pages/film?story=%s",
            "/files/%s/film.mp4", "/references/%s/0", "/drafts/%s/0/0")) {
      HttpResponse<String> theirs = get(path.formatted(redStory), blue);
      HttpResponse<String> nothing = get(path.formatted("story-999999"), blue);
      assertThat(theirs.statusCode()).as(path).isEqualTo(404).isEqualTo(nothing.statusCode());
      assertThat(theirs.body().replace(redStory, "story-999999")).isEqualTo(nothing.body());
    }
  }

  @Test
  void tenants_ofAnOperatorOfAll_areAllWithTheirFilms() throws Exception {
    JsonNode page = JSON.readTree(get("/api/pages/tenants", session(operator)).body());

    assertThat(page.path("tenants").findValuesAsText("owner")).contains("rosie", "ella");
    assertThat(page.path("tenants").findValues("share"))
        .as("nobody works for anybody")
        .isNotEmpty()
        .allSatisfy(share -> assertThat(share.path("workers").asDouble(-1)).isZero());
    assertThat(page.path("tenants"))
        .extracting(it -> it.path("name").asText())
        .contains("blue", "red");
  }

  @Test
  void action_withoutTheRole_isForbidden() throws Exception {
    String body = "{\"action\":\"%s\",\"subject\":\"%s\",\"reason\":\"\"}";

    assertThat(
            post("/api/actions", body.formatted("cancel", redStory), session(blueViewer))
                .statusCode())
        .isEqualTo(403);
    assertThat(post("/api/actions", body.formatted("drain", "w"), session(redArtist)).statusCode())
        .isEqualTo(403);
    assertThat(get("/api/pages/control", session(redArtist)).statusCode()).isEqualTo(403);
  }

  @Test
  void action_ofAnArtist_isDoneForOwnFilmsAloneAndWrittenDownWithWho() throws Exception {
    String own = submitMore();
    String ella = session(token("ella", Role.ARTIST, "blue"));
    String body = "{\"action\":\"cancel\",\"subject\":\"%s\",\"reason\":\"late\"}";

    assertThat(post("/api/actions", body.formatted(own), ella).statusCode()).isEqualTo(404);
    assertThat(post("/api/actions", body.formatted(own), session(redArtist)).statusCode())
        .isEqualTo(200);

    JsonNode control = JSON.readTree(get("/api/pages/control", session(operator)).body());
    assertThat(control.path("audit").findValuesAsText("from"))
        .anyMatch(from -> from.startsWith("rosie (token " + redArtist.id() + ") at 127."));
  }

  private static String submitMore() {
    try (var client =
        new FarmClient(
            Channels.open(address(), pass(PeerRole.CLIENT, Optional.of(redArtist))),
            Retries.NONE,
            Retries.NONE)) {
      return client.submit("more", TestStories.story("more", 33), TestStories.pictures()).storyId();
    }
  }

  @Test
  void session_afterLogoutOrRevocation_isOver() throws Exception {
    String left = session(redArtist);
    assertThat(post("/api/logout", "{}", left).statusCode()).isEqualTo(200);
    assertThat(get("/api/pages/farm", left).statusCode()).isEqualTo(401);

    AccessClient.Issued issued = admin.create("short", Role.VIEWER, "red", Duration.ofDays(1));
    String cut = session(issued.token());
    assertThat(get("/api/pages/farm", cut).statusCode()).isEqualTo(200);
    admin.revoke(issued.info().id());
    assertThat(get("/api/pages/farm", cut).statusCode()).isEqualTo(401);
  }
}

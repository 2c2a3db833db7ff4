package dev.longtake.coordinator.web;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.longtake.coordinator.access.Caller;
import dev.longtake.coordinator.draft.DraftDesk;
import dev.longtake.coordinator.web.door.Gate;
import dev.longtake.coordinator.web.door.Guard;
import dev.longtake.coordinator.web.door.Sessions;
import dev.longtake.coordinator.web.door.WebAnswers;
import dev.longtake.coordinator.web.media.StoryMedia;
import dev.longtake.error.ErrorCode;
import dev.longtake.error.LongtakeException;
import dev.longtake.security.Role;
import io.javalin.Javalin;
import io.javalin.compression.CompressionStrategy;
import io.javalin.config.JavalinConfig;
import io.javalin.http.Context;
import io.javalin.http.sse.SseClient;
import io.javalin.util.JavalinBindException;
import java.security.SecureRandom;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Shows the dashboard: its files, its pages as JSON and as they change, and films' files. */
public final class WebServer implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(WebServer.class);
  private static final long BODY_BYTES_MAX = 4096;
  private static final ObjectMapper JSON = new ObjectMapper();

  /** Nothing from elsewhere, and nothing that is written into a page runs. */
  private static final String CONTENT_POLICY =
      "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; media-src 'self';"
          + " connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

  private static final Topic CONTROL = new Topic(Topic.Kind.CONTROL, "", Optional.empty());

  private final WebParts parts;
  private final Guard guard;
  private final Gate gate;
  private final WebFiles files = new WebFiles();
  private final Pages pages;
  private final Live live;
  private final Actions actions;
  private final StoryMedia media;
  private final Javalin server;

  private WebServer(WebParts parts, WebSettings settings) {
    this.parts = parts;
    this.gate =
        new Gate(
            parts
                .access()
                .tokens()
                .map(tokens -> new Sessions(tokens, new SecureRandom(), parts.clock())));
    this.guard = new Guard(settings.isReadOnly() && !gate.asks(), gate.asks());
    this.pages = new Pages(parts);
    this.live = new Live(pages);
    this.actions = new Actions(parts.farm(), parts.access().audit(), parts.clock());
    WebParts.Content content = parts.content();
    this.media = new StoryMedia(parts.farm(), content.artifacts(), content.drafts());
    this.server = Javalin.create(this::configure);
  }

  /**
   * Starts it.
   *
   * @return empty if the settings say nowhere
   * @throws LongtakeException with {@link ErrorCode#CONFIGURATION_INVALID} if the port is taken or
   *     the host is not of this machine
   */
  public static Optional<WebServer> start(WebParts parts, WebSettings settings) {
    if (settings.port().isEmpty()) {
      return Optional.empty();
    }
    var web = new WebServer(parts, settings);
    int port = settings.port().getAsInt();
    try {
      web.server.start(settings.host(), port);
    } catch (JavalinBindException e) {
      throw new LongtakeException(
          ErrorCode.CONFIGURATION_INVALID,
          "web port: expected a free one on %s, found %d: %s"
              .formatted(settings.host(), port, e.getMessage()),
          e);
    }
    web.live.start();
    return Optional.of(web);
  }

  private void configure(JavalinConfig config) {
    config.concurrency.useVirtualThreads = true;
    config.startup.showJavalinBanner = false;
    config.startup.startupWatcherEnabled = false;
    config.http.compressionStrategy = CompressionStrategy.NONE;
    config.http.maxRequestSize = BODY_BYTES_MAX;
    config.routes.before(this::admit);
    config.routes.get("/assets/{name}", context -> file(context, context.pathParam("name")));
    config.routes.get("/api/about", context -> WebAnswers.send(context, about(context)));
    config.routes.post("/api/login", context -> enter(context, gate::login));
    config.routes.post("/api/logout", context -> enter(context, gate::logout));
    config.routes.get("/api/pages/{page}", this::page);
    config.routes.sse("/api/events", this::follow);
    config.routes.post("/api/actions", this::act);
    media.addTo(config.routes);
    config.routes.get("/", context -> file(context, "index.html"));
    config.routes.get("/<page>", context -> file(context, "index.html"));
    config.routes.exception(LongtakeException.class, WebAnswers::fail);
    config.routes.exception(
        JsonProcessingException.class,
        (e, context) ->
            WebAnswers.fail(
                context,
                WebAnswers.BAD_REQUEST,
                "expected JSON, found: " + e.getOriginalMessage()));
    config.routes.exception(
        IllegalArgumentException.class,
        (e, context) ->
            WebAnswers.fail(context, WebAnswers.BAD_REQUEST, String.valueOf(e.getMessage())));
    config.routes.exception(Exception.class, WebServer::failUnexpected);
  }

  /**
   * Answers whatever nobody expected. Does not throw: Javalin answers what is thrown here in the
   * same way, and of a stream that ends after its browser has gone there is nothing left that could
   * be answered, so that it would go on for ever and keep a processor busy.
   */
  static void failUnexpected(Exception e, Context context) {
    try {
      WebAnswers.fail(
          context, WebAnswers.FAILED, "the answer cannot be made; the coordinator's log says why");
      log.error("path={}", context.path(), e);
    } catch (RuntimeException gone) {
      log.debug("nobody is there to be answered: {}", e.toString());
    }
  }

  private void admit(Context context) {
    context.header("Content-Security-Policy", CONTENT_POLICY);
    context.header("X-Content-Type-Options", "nosniff");
    context.header("Referrer-Policy", "no-referrer");
    context.header("Cross-Origin-Resource-Policy", "same-origin");
    context.header("Cross-Origin-Opener-Policy", "same-origin");
    context.header("Cache-Control", "no-cache");
    String host = context.header("Host");
    guard
        .refusal(host == null ? "" : host)
        .ifPresent(
            why -> {
              WebAnswers.fail(context, WebAnswers.FORBIDDEN, why);
              context.skipRemainingHandlers();
            });
    gate.look(context);
    if (Gate.caller(context).isEmpty() && !Gate.isForAll(context.path())) {
      WebAnswers.fail(
          context, WebAnswers.UNAUTHENTICATED, "expected somebody who has shown a token");
      context.skipRemainingHandlers();
    }
  }

  /** A page of another site is not to log anybody in or out. */
  private void enter(Context context, Consumer<Context> entering) throws JsonProcessingException {
    Optional<String> refusal = guard.changeRefusal(context::header);
    if (refusal.isPresent()) {
      WebAnswers.fail(context, WebAnswers.FORBIDDEN, refusal.get());
      return;
    }
    entering.accept(context);
    WebAnswers.send(context, Map.of("done", true));
  }

  private void file(Context context, String name) {
    files
        .find(name)
        .ifPresentOrElse(
            file -> context.contentType(file.type()).result(file.content()),
            () ->
                WebAnswers.fail(
                    context,
                    WebAnswers.NOT_FOUND,
                    "expected a file of the dashboard, found " + name));
  }

  /** Who has shown no token is told nothing but that. */
  private Map<String, Object> about(Context context) {
    if (Gate.caller(context).isEmpty()) {
      return Map.of("asks", true, "readOnly", true);
    }
    Caller caller = Gate.known(context);
    List<String> actions = guard.readOnly() ? List.of() : Actions.of(caller);
    return Map.of(
        "node", parts.about().node(),
        "version", parts.about().version(),
        "readOnly", actions.isEmpty(),
        "may", actions,
        "who", gate.asks() ? caller.name() : "",
        "role", caller.role().map(Role::word).orElse(""),
        "tenant", caller.scope().word(),
        "mayControl", caller.may(CONTROL.call()));
  }

  /** A page as who asks for it sees it. */
  private static Topic.Look look(Context context, String page) {
    String story = context.queryParam("story");
    Optional<Topic.Chunk> chunk =
        Topic.Chunk.of(context.queryParam("shot"), context.queryParam("chunk"));
    String sentence = "expected a page, found \"%s\"".formatted(page);
    Topic topic =
        Topic.of(page, story == null ? "" : story, chunk)
            .orElseThrow(() -> new IllegalArgumentException(sentence));
    Caller caller = Gate.known(context);
    if (!caller.may(topic.call())) {
      throw new LongtakeException(
          ErrorCode.PERMISSION_DENIED,
          "page %s: expected somebody who may see it, found %s".formatted(page, caller.shown()));
    }
    return new Topic.Look(topic, caller.scope());
  }

  private void page(Context context) {
    context
        .contentType("application/json")
        .result(pages.json(look(context, context.pathParam("page"))));
  }

  private void follow(SseClient client) {
    String page = client.ctx().queryParam("page");
    Context context = client.ctx();
    live.add(client, look(context, page == null ? "" : page), gate.isStillIn(context));
  }

  private void act(Context context) throws JsonProcessingException {
    Optional<String> refusal = guard.changeRefusal(context::header);
    if (refusal.isPresent()) {
      WebAnswers.fail(context, WebAnswers.FORBIDDEN, refusal.get());
      return;
    }
    JsonNode body = JSON.readTree(context.body());
    String word = body.path("action").asText();
    Actions.Kind kind =
        Actions.Kind.of(word)
            .orElseThrow(() -> new IllegalArgumentException("action: expected one, found " + word));
    actions.carryOut(
        new Actions.Wish(kind, body.path("subject").asText(), body.path("reason").asText()),
        Gate.known(context),
        context.ip());
    WebAnswers.send(context, Map.of("done", true));
  }

  /** Where it listens. */
  public int port() {
    return server.port();
  }

  @Override
  public void close() {
    live.close();
    server.stop();
    parts.content().drafts().ifPresent(DraftDesk::close);
  }
}

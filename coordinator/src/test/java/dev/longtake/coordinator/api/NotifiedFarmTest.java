package dev.longtake.coordinator.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpServer;
import dev.longtake.client.FarmClient;
import dev.longtake.coordinator.Coordinator;
import dev.longtake.coordinator.CoordinatorConfig;
import dev.longtake.coordinator.TestConfig;
import dev.longtake.story.status.StoryStatus;
import dev.longtake.testing.TestStories;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A whole coordinator that tells of its stories' ends. */
@Timeout(60)
class NotifiedFarmTest {

  @TempDir Path folder;

  private final BlockingQueue<String> heard = new LinkedBlockingQueue<>();
  private HttpServer receiver;

  @BeforeEach
  void listen() throws Exception {
    receiver = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    receiver.createContext(
        "/hook",
        exchange -> {
          try (exchange) {
            byte[] body = exchange.getRequestBody().readAllBytes();
            heard.add(new String(body, StandardCharsets.UTF_8));
            exchange.sendResponseHeaders(204, -1);
          }
        });
    receiver.start();
  }

  @AfterEach
  void stop() {
    receiver.stop(0);
  }

  private Coordinator start() {
    String hook = "http://127.0.0.1:%d/hook".formatted(receiver.getAddress().getPort());
    return Coordinator.start(
        CoordinatorConfig.CONFIGURATION.of(
            TestConfig.in(folder).with("test", "notifications.webhooks", hook)));
  }

  @Test
  void story_thatEnds_isToldOnceHoweverOftenItIsRead() throws Exception {
    String storyId;
    try (Coordinator coordinator = start();
        FarmClient client = FarmClient.connect("127.0.0.1", coordinator.port())) {
      StoryStatus story =
          client.submit("r1", TestStories.story("rosie", 33), TestStories.pictures());
      storyId = client.cancel(story.storyId()).storyId();
      assertThat(new ObjectMapper().readTree(heard.take()).at("/story/storyId").textValue())
          .isEqualTo(storyId);
    }
    try (Coordinator again = start();
        FarmClient client = FarmClient.connect("127.0.0.1", again.port())) {
      client.get(storyId);
      StoryStatus other = client.submit("r2", TestStories.story("leo", 33), TestStories.pictures());
      client.cancel(other.storyId());

      assertThat(heard.take()).as("the next that is told").contains(other.storyId());
    }
  }
}

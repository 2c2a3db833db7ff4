package dev.longtake.coordinator.web;

import io.javalin.http.sse.SseClient;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One open page of one browser. What is told to it is sent by a thread of its own, and of what it
 * did not take in time the latest counts: a slow one holds nobody up.
 */
final class Viewer {

  /** What a browser can be told. */
  sealed interface Message {

    /** The page is so now. */
    record Page(String json) implements Message {}

    /** Nothing has changed. */
    record Same(long at) implements Message {}

    /** The page cannot be made, in a sentence. */
    record Problem(String why) implements Message {}

    /** The coordinator stops. */
    record End() implements Message {}

    /** The browser has gone: there is nobody to tell anything. */
    record Gone() implements Message {}
  }

  private static final Logger log = LoggerFactory.getLogger(Viewer.class);

  private final SseClient client;
  private final Topic.Look look;
  private final BooleanSupplier isStillIn;
  private final BlockingQueue<Message> next = new ArrayBlockingQueue<>(1);
  private volatile String lastJson = "";

  /**
   * A page.
   *
   * @param isStillIn whether who looks at it still may
   */
  Viewer(SseClient client, Topic.Look look, BooleanSupplier isStillIn) {
    this.client = client;
    this.look = look;
    this.isStillIn = isStillIn;
  }

  Topic.Look look() {
    return look;
  }

  boolean isStillIn() {
    return isStillIn.getAsBoolean();
  }

  boolean isGone() {
    return client.terminated();
  }

  /** Tells it the page; by one thread at a time. */
  void tell(String json, long at) {
    tell(json.equals(lastJson) ? new Message.Same(at) : new Message.Page(json));
    lastJson = json;
  }

  /** By any thread: the last thing that is told stays, whatever comes after it. */
  synchronized void tell(Message message) {
    Message untold = next.poll();
    boolean isLast = untold instanceof Message.End || untold instanceof Message.Gone;
    boolean isPageUntold = untold instanceof Message.Page && message instanceof Message.Same;
    var _ = next.offer(isLast || isPageUntold ? untold : message);
  }

  /** Sends what it is told until it goes. */
  void run() {
    try {
      while (true) {
        switch (next.take()) {
          case Message.Page(String json) -> client.sendEvent("page", json);
          case Message.Same(long at) -> client.sendEvent("same", Long.toString(at));
          case Message.Problem(String why) -> client.sendEvent("problem", why);
          case Message.End end -> {
            client.close();
            return;
          }
          case Message.Gone gone -> {
            return; // Its connection is over: closing it once more would say so again.
          }
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (RuntimeException e) {
      log.debug("page={} cannot be sent: {}", look.topic(), e.toString());
      client.close();
    }
  }
}

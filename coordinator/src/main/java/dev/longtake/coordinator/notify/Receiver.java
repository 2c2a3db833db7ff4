package dev.longtake.coordinator.notify;

import dev.longtake.digest.Digest;
import java.io.IOException;
import java.nio.charset.StandardCharsets;

/** Somebody who is told. Safe for one thread. */
interface Receiver {

  /** Who it is, for people: nothing that a stranger could use. */
  String name();

  /** All that tells it from others. */
  String address();

  /**
   * Tells it.
   *
   * @throws IOException if it did not take it, with a message that completes "not told: ..."
   */
  void tell(String noticeId, byte[] body) throws IOException, InterruptedException;

  /** By which the database knows it: an address may hold a secret. */
  default String key() {
    return Digest.of(address().getBytes(StandardCharsets.UTF_8)).hex().substring(0, 16);
  }
}

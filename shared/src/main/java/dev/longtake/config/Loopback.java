package dev.longtake.config;

import java.net.InetAddress;
import java.net.UnknownHostException;

/** Which addresses are this machine's own. */
public final class Loopback {

  private Loopback() {}

  /** Whether nobody but this machine reaches a port on this name or address. */
  public static boolean is(String host) {
    try {
      return InetAddress.getByName(host).isLoopbackAddress();
    } catch (UnknownHostException e) {
      return false;
    }
  }
}

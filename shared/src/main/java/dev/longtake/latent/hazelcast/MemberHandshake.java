package dev.longtake.latent.hazelcast;

import com.hazelcast.nio.MemberSocketInterceptor;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.UnknownHostException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.List;
import java.util.Properties;
import java.util.Set;

/**
 * What members say to each other before anything else goes over a connection: each proves that it
 * knows the farm's secret. Until then none of the other's bytes reaches Hazelcast, which believes
 * whatever it reads, such as that two gigabytes follow.
 *
 * <p>The one that connects sends a challenge of 32 random bytes; the other sends its own and the
 * digest that proves it; the first sends its proof. The digests are over both challenges and name
 * the side, so that nobody's answer can be sent back to them. After that the connection is neither
 * encrypted nor sealed: who can change the traffic of two members can still do harm.
 *
 * <p>Whoever connects from an address that is none of the members' is not even talked to: each talk
 * takes one of Hazelcast's few threads for as long as the other side likes, up to a second.
 */
final class MemberHandshake implements MemberSocketInterceptor {

  private static final int TIMEOUT_MILLIS = 1_000;
  private static final int CHALLENGE_BYTES = 32;
  private static final String CONNECTS = "connects";
  private static final String ACCEPTS = "accepts";

  private final FarmKey key;
  private final Set<String> hosts;
  private final SecureRandom random = new SecureRandom();

  /**
   * The handshake.
   *
   * @param hosts names or addresses of the members' machines
   */
  MemberHandshake(FarmKey key, Set<String> hosts) {
    this.key = key;
    this.hosts = Set.copyOf(hosts);
  }

  @Override
  public void init(Properties properties) {}

  @Override
  public void onConnect(Socket socket) throws IOException {
    withTimeout(
        socket,
        (in, out) -> {
          byte[] own = challenge();
          out.write(own);
          byte[] other = read(in, CHALLENGE_BYTES);
          requireProof(in, key.prove(ACCEPTS, own, other));
          out.write(key.prove(CONNECTS, own, other));
        });
  }

  @Override
  public void onAccept(Socket socket) throws IOException {
    requireMember(socket.getInetAddress());
    withTimeout(
        socket,
        (in, out) -> {
          byte[] other = read(in, CHALLENGE_BYTES);
          byte[] own = challenge();
          out.write(own);
          out.write(key.prove(ACCEPTS, other, own));
          requireProof(in, key.prove(CONNECTS, other, own));
        });
  }

  private void requireMember(InetAddress address) throws SocketException {
    if (hosts.stream().noneMatch(host -> addresses(host).contains(address))) {
      throw new SocketException(
          "latent store: expected one of %s, found %s".formatted(hosts, address.getHostAddress()));
    }
  }

  /** None if its name is not known at this moment: the member connects again. */
  private static List<InetAddress> addresses(String host) {
    try {
      return List.of(InetAddress.getAllByName(host));
    } catch (UnknownHostException e) {
      return List.of();
    }
  }

  private interface Talk {
    void over(InputStream in, OutputStream out) throws IOException;
  }

  private static void withTimeout(Socket socket, Talk talk) throws IOException {
    int before = socket.getSoTimeout();
    socket.setSoTimeout(TIMEOUT_MILLIS);
    talk.over(socket.getInputStream(), socket.getOutputStream());
    socket.setSoTimeout(before);
  }

  private byte[] challenge() {
    byte[] challenge = new byte[CHALLENGE_BYTES];
    random.nextBytes(challenge);
    return challenge;
  }

  private static byte[] read(InputStream in, int count) throws IOException {
    byte[] bytes = in.readNBytes(count);
    if (bytes.length < count) {
      throw new SocketException(
          "latent store: expected %d bytes of a member's greeting, found %d"
              .formatted(count, bytes.length));
    }
    return bytes;
  }

  private static void requireProof(InputStream in, byte[] expected) throws IOException {
    if (!MessageDigest.isEqual(read(in, expected.length), expected)) {
      throw new SocketException(
          "latent store: expected a member with this farm's secret, found another one");
    }
  }
}

package dev.longtake.latent.hazelcast;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.hazelcast.client.HazelcastClient;
import com.hazelcast.client.config.ClientConfig;
import com.hazelcast.internal.nio.Packet;
import com.hazelcast.internal.nio.PacketIOHelper;
import com.hazelcast.internal.serialization.impl.SerializationConstants;
import dev.longtake.config.Secret;
import dev.longtake.lifetime.Opened;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.ObjectStreamClass;
import java.io.ObjectStreamConstants;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What somebody who reaches a member's port, and is no coordinator of this farm, can do there. */
@Timeout(value = 2, unit = TimeUnit.MINUTES, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class StrangersTest {

  private static final int OUT_OF_MEMORY = 3;
  private static final int PARTITIONS = 31;

  @Test
  void bytes_ofAStranger_areNotEvenRead() throws Exception {
    try (var member = start(false)) {
      for (byte[] bytes : List.of(hugeArrays(), hugePacket(), new byte[10], new byte[1000])) {
        send(member, bytes, false);
      }

      assertServes(member);
    }
  }

  /** A member's machine may be in strange hands, too. */
  @Test
  void serializedObject_fromAMember_doesNoHarm() throws Exception {
    try (var member = start(true)) {
      send(member, hugeArrays(), true);

      assertServes(member);
    }
  }

  /** That the tests above test something. */
  @Test
  void serializedObject_withoutHandshakeOrFilter_endsTheProcess() throws Exception {
    try (var member = start(false)) {
      send(member, hugeArrays(), true);

      assertThat(member.exitCode()).isEqualTo(OUT_OF_MEMORY);
    }
  }

  private static void assertServes(MemberProcess member) throws IOException {
    assertThat(Integer.parseInt(member.ask("put 0 200"))).isNotNegative();
    assertThat(member.ask("held 0 200")).isEqualTo("200");
  }

  private static MemberProcess start(boolean isFiltered) throws IOException {
    int port = MemberProcess.freePort();
    return MemberProcess.start(port, List.of("127.0.0.1:" + port), isFiltered);
  }

  private static void send(MemberProcess member, byte[] bytes, boolean asMember)
      throws IOException {
    try (var socket = new Socket(InetAddress.getLoopbackAddress(), port(member.address()))) {
      if (asMember) {
        new MemberHandshake(new FarmKey(MemberProgram.SECRET), Set.of()).onConnect(socket);
      }
      socket.getOutputStream().write(bytes);
      socket.shutdownOutput();
      // Until the member has read it all and closes its side.
      socket.getInputStream().transferTo(OutputStream.nullOutputStream());
    } catch (SocketException e) {
      assertThat(e).hasMessageMatching("(?i).*(reset|broken pipe).*");
    }
  }

  private static int port(String address) {
    return Integer.parseInt(address.substring(address.indexOf(':') + 1));
  }

  /** The same few bytes to each partition, so that what is put afterwards stands behind them. */
  private static byte[] hugeArrays() throws IOException {
    var bytes = new ByteArrayOutputStream();
    bytes.write("HZC".getBytes(StandardCharsets.US_ASCII));
    for (int partition = 0; partition < PARTITIONS; partition++) {
      ByteBuffer buffer = ByteBuffer.allocate(1000);
      var packet = new Packet(hugeArray(), partition).setPacketType(Packet.Type.OPERATION);
      new PacketIOHelper().writeTo(packet, buffer);
      bytes.write(buffer.array(), 0, buffer.position());
    }
    return bytes.toByteArray();
  }

  /** The head of a packet that says that two gigabytes follow. */
  private static byte[] hugePacket() {
    return ByteBuffer.allocate(100)
        .put("HZC".getBytes(StandardCharsets.US_ASCII))
        .put(Packet.VERSION)
        .putChar((char) 1)
        .putInt(0)
        .putInt(Integer.MAX_VALUE - 8)
        .array();
  }

  /** A Java stream that says: an array of 200 million numbers follows. */
  private static byte[] hugeArray() throws IOException {
    var bytes = new ByteArrayOutputStream();
    var data = new DataOutputStream(bytes);
    data.writeInt(0);
    data.writeInt(SerializationConstants.JAVA_DEFAULT_TYPE_SERIALIZABLE);
    data.writeShort(ObjectStreamConstants.STREAM_MAGIC);
    data.writeShort(ObjectStreamConstants.STREAM_VERSION);
    data.writeByte(ObjectStreamConstants.TC_ARRAY);
    data.writeByte(ObjectStreamConstants.TC_CLASSDESC);
    data.writeUTF("[J");
    data.writeLong(ObjectStreamClass.lookup(long[].class).getSerialVersionUID());
    data.writeByte(ObjectStreamConstants.SC_SERIALIZABLE);
    data.writeShort(0);
    data.writeByte(ObjectStreamConstants.TC_ENDBLOCKDATA);
    data.writeByte(ObjectStreamConstants.TC_NULL);
    data.writeInt(200_000_000);
    return bytes.toByteArray();
  }

  /** Not even with the right name: the port is for members. */
  @Test
  void client_withTheClustersName_isTurnedAway() {
    var secret = new Secret("of this farm");
    try (var store = HazelcastLatentStore.start(alone(secret))) {
      ClientConfig client = new ClientConfig().setClusterName(new FarmKey(secret).clusterName());
      client.getNetworkConfig().addAddress(store.address()).setConnectionTimeout(1000);
      client
          .getConnectionStrategyConfig()
          .getConnectionRetryConfig()
          .setClusterConnectTimeoutMillis(2000);

      assertThatThrownBy(() -> HazelcastClient.newHazelcastClient(client))
          .isInstanceOf(IllegalStateException.class);
    }
  }

  @Test
  void connections_fromOtherMachinesThatSayNothing_keepNoMemberOut() throws Exception {
    var secret = new Secret("of this farm");
    try (var store = HazelcastLatentStore.start(alone(secret));
        var sockets = new Opened()) {
      for (int i = 0; i < 50; i++) {
        sockets.add(
            new Socket(
                InetAddress.getLoopbackAddress(),
                port(store.address()),
                InetAddress.getByName("127.0.0.2"),
                0));
      }

      try (var second =
          HazelcastLatentStore.start(
              new HazelcastStoreConfig(
                  secret, "127.0.0.1", 0, List.of(store.address()), 1 << 20))) {
        assertThat(second.memberCount()).isEqualTo(2);
      }
    }
  }

  @Test
  void member_withAnotherSecret_staysAlone() {
    try (var store = HazelcastLatentStore.start(alone(new Secret("of this farm")));
        var stranger =
            HazelcastLatentStore.start(
                new HazelcastStoreConfig(
                    new Secret("of another"), "127.0.0.1", 0, List.of(store.address()), 1 << 20))) {
      assertThat(stranger.memberCount()).isEqualTo(1);
      assertThat(store.memberCount()).isEqualTo(1);
    }
  }

  private static HazelcastStoreConfig alone(Secret secret) {
    return new HazelcastStoreConfig(secret, "127.0.0.1", 0, List.of(), 1 << 20);
  }
}

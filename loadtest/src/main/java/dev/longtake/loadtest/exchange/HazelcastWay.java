package dev.longtake.loadtest.exchange;

import com.hazelcast.config.Config;
import com.hazelcast.config.InMemoryFormat;
import com.hazelcast.config.MapConfig;
import com.hazelcast.core.Hazelcast;
import com.hazelcast.core.HazelcastInstance;
import com.hazelcast.map.IMap;
import dev.longtake.latent.Side;
import dev.longtake.latent.SlabKey;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/** A bare map of Hazelcast with one member, in this process. */
final class HazelcastWay implements Way {

  private static final String MAP = "slabs";
  private static final long PAUSE_NANOS = 20_000;

  private final HazelcastInstance member;
  private final IMap<String, byte[]> map;

  HazelcastWay() {
    Config config =
        new Config()
            .setProperty("hazelcast.logging.type", "slf4j")
            .setProperty("hazelcast.phone.home.enabled", "false")
            .setProperty("hazelcast.socket.bind.any", "false")
            .setProperty("hazelcast.shutdownhook.enabled", "false")
            .addMapConfig(new MapConfig(MAP).setInMemoryFormat(InMemoryFormat.BINARY));
    config.getMetricsConfig().setEnabled(false);
    config.getJetConfig().setEnabled(false);
    config.getNetworkConfig().getInterfaces().setEnabled(true).addInterface("127.0.0.1");
    config.getNetworkConfig().getJoin().getAutoDetectionConfig().setEnabled(false);
    config.getNetworkConfig().getJoin().getMulticastConfig().setEnabled(false);
    this.member = Hazelcast.newHazelcastInstance(config);
    this.map = member.getMap(MAP);
  }

  @Override
  public String word() {
    return "bare Hazelcast, one member";
  }

  @Override
  public void begin(SlabSize size) {
    map.clear();
  }

  @Override
  public SlabKey key(int number) {
    return new SlabKey("exchange", 0, number, Side.LEFT, 0);
  }

  private static String name(SlabKey key) {
    return Integer.toString(key.boundaryIndex());
  }

  @Override
  public void put(SlabKey key, byte[] payload) {
    map.set(name(key), payload);
  }

  /** A bare map wakes nobody: who waits asks again. */
  @Override
  public byte[] get(SlabKey key) {
    while (true) {
      byte @Nullable [] payload = map.get(name(key));
      if (payload != null) {
        return payload;
      }
      LockSupport.parkNanos(PAUSE_NANOS);
    }
  }

  @Override
  public void close() {
    member.shutdown();
  }
}

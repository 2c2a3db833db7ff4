package dev.longtake.latent.hazelcast;

import com.hazelcast.config.Config;
import com.hazelcast.config.InMemoryFormat;
import com.hazelcast.config.JoinConfig;
import com.hazelcast.config.MapConfig;
import com.hazelcast.config.MergePolicyConfig;
import com.hazelcast.config.ServerSocketEndpointConfig;
import com.hazelcast.config.SplitBrainProtectionConfig;
import com.hazelcast.spi.merge.PutIfAbsentMergePolicy;
import dev.longtake.error.ErrorCode;
import dev.longtake.error.LongtakeException;
import java.net.InetAddress;
import java.net.UnknownHostException;

/** What a member is told: see decision 0043 for the figures behind the settings. */
final class MemberSetup {

  private static final String MAJORITY = "majority";
  private static final int PARTITION_COUNT = 31;

  private final HazelcastStoreConfig store;
  private final FarmKey key;

  MemberSetup(HazelcastStoreConfig store, FarmKey key) {
    this.store = store;
    this.key = key;
  }

  Config config() {
    Config config = new Config().setClusterName(key.clusterName());
    setQuiet(config);
    setThreads(config);
    setPatience(config);
    setNetwork(config);
    config.addSplitBrainProtectionConfig(
        new SplitBrainProtectionConfig(MAJORITY, true, Math.max(2, store.memberCountMin())));
    return config;
  }

  private static void setQuiet(Config config) {
    config
        .setProperty("hazelcast.logging.type", "slf4j")
        // They would put the cluster's name, which is half of a key, into every line.
        .setProperty("hazelcast.logging.details.enabled", "false")
        .setProperty("hazelcast.phone.home.enabled", "false")
        .setProperty("hazelcast.jmx", "false")
        .setProperty("hazelcast.health.monitoring.level", "OFF")
        .setProperty("hazelcast.shutdownhook.enabled", "false");
    config.getMetricsConfig().setEnabled(false);
    config.getJetConfig().setEnabled(false);
    config.getManagementCenterConfig().setScriptingEnabled(false).setConsoleEnabled(false);
  }

  /** A dozen threads instead of one per core and kind: slabs are few and large. */
  private static void setThreads(Config config) {
    config
        .setProperty("hazelcast.partition.count", Integer.toString(PARTITION_COUNT))
        .setProperty("hazelcast.operation.thread.count", "2")
        .setProperty("hazelcast.operation.generic.thread.count", "2")
        .setProperty("hazelcast.io.thread.count", "2")
        .setProperty("hazelcast.event.thread.count", "1");
  }

  /**
   * How long others are waited for. The delays of merging stay as they are: shorter ones split
   * those who were together.
   */
  private static void setPatience(Config config) {
    config
        // Nobody waits for members that are not there: the first one up is a store of one.
        .setProperty("hazelcast.wait.seconds.before.join", "0")
        .setProperty("hazelcast.max.join.seconds", "20")
        .setProperty("hazelcast.heartbeat.interval.seconds", "1")
        .setProperty("hazelcast.max.no.heartbeat.seconds", "10")
        .setProperty("hazelcast.operation.backup.timeout.millis", "1000")
        .setProperty("hazelcast.graceful.shutdown.max.wait", "10");
  }

  /** One socket, on one address, for members alone: there is none for Hazelcast's own clients. */
  private void setNetwork(Config config) {
    config.setProperty("hazelcast.socket.bind.any", "false");
    var endpoint =
        new ServerSocketEndpointConfig()
            .setPort(store.port())
            .setPortAutoIncrement(false)
            .setReuseAddress(true)
            .setSocketInterceptorConfig(GuardedNode.enabled());
    endpoint.getInterfaces().setEnabled(true).addInterface(address(store.host()));
    config.getAdvancedNetworkConfig().setEnabled(true).setMemberEndpointConfig(endpoint);
    JoinConfig join = config.getAdvancedNetworkConfig().getJoin();
    join.getAutoDetectionConfig().setEnabled(false);
    join.getMulticastConfig().setEnabled(false);
    join.getTcpIpConfig().setEnabled(true);
    store.members().forEach(address -> join.getTcpIpConfig().addMember(address));
  }

  /**
   * Hazelcast knows interfaces by their addresses alone; a pod has a name that outlives its own.
   */
  private static String address(String host) {
    try {
      return InetAddress.getByName(host).getHostAddress();
    } catch (UnknownHostException e) {
      throw new LongtakeException(
          ErrorCode.CONFIGURATION_INVALID,
          "latent store: expected an address of this machine or a name that has one, found " + host,
          e);
    }
  }

  /** Entries never change, so that what two parts of a split store hold is simply put together. */
  MapConfig replicated(String name) {
    MapConfig map =
        new MapConfig(name)
            .setInMemoryFormat(InMemoryFormat.BINARY)
            .setBackupCount(store.backupCount())
            .setAsyncBackupCount(0)
            .setReadBackupData(true)
            // When an entry was made: the oldest are given up first.
            .setPerEntryStatsEnabled(true)
            .setMergePolicyConfig(
                new MergePolicyConfig().setPolicy(PutIfAbsentMergePolicy.class.getName()));
    if (store.memberCountMin() > 1) {
      map.setSplitBrainProtectionName(MAJORITY);
    }
    return map;
  }
}

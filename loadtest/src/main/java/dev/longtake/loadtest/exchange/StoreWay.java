package dev.longtake.loadtest.exchange;

import dev.longtake.config.Secret;
import dev.longtake.latent.HeapLatentStore;
import dev.longtake.latent.LatentStore;
import dev.longtake.latent.Side;
import dev.longtake.latent.SlabKey;
import dev.longtake.latent.hazelcast.HazelcastLatentStore;
import dev.longtake.latent.hazelcast.HazelcastStoreConfig;
import java.time.Duration;
import java.util.List;
import java.util.UUID;

/** A latent store alone, in this process: what is left of the way without any network. */
final class StoreWay implements Way {

  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final String STORY = "exchange";

  private final String word;
  private final LatentStore store;
  private int shot = -1;

  private StoreWay(String word, LatentStore store) {
    this.word = word;
    this.store = store;
  }

  /** That of a coordinator that is alone. */
  static StoreWay heap(long bytesMax) {
    return new StoreWay("store of one coordinator", new HeapLatentStore(bytesMax));
  }

  /** That of several coordinators, with one member. */
  static StoreWay hazelcast(long bytesMax) {
    return new StoreWay(
        "store of several coordinators, one member",
        HazelcastLatentStore.start(
            new HazelcastStoreConfig(
                new Secret(UUID.randomUUID().toString()), "127.0.0.1", 0, List.of(), bytesMax)));
  }

  @Override
  public String word() {
    return word;
  }

  @Override
  public void begin(SlabSize size) {
    if (shot >= 0) {
      store.removeShot(STORY, shot);
    }
    shot++;
  }

  @Override
  public SlabKey key(int number) {
    return new SlabKey(STORY, shot, number, Side.LEFT, 0);
  }

  @Override
  public void put(SlabKey key, byte[] payload) {
    store.put(key, payload);
  }

  @Override
  public byte[] get(SlabKey key) {
    return store.await(key, PATIENCE).orElseThrow();
  }

  @Override
  public void close() {
    store.close();
  }
}

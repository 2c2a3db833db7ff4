package dev.longtake.loadtest.exchange;

import dev.longtake.client.Channels;
import dev.longtake.client.LatentClient;
import dev.longtake.client.Retries;
import dev.longtake.error.ErrorCode;
import dev.longtake.error.LongtakeException;
import dev.longtake.latent.Side;
import dev.longtake.latent.SlabKey;
import dev.longtake.loadtest.farm.CoordinatorProcess;
import dev.longtake.loadtest.run.HeldFarm;
import io.grpc.ManagedChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;

/**
 * The real way: LatentService and store of a coordinator in a process of its own, called as workers
 * call it. A simulated worker holds a shot meanwhile, for a coordinator takes no slab of another.
 */
final class ServiceWay implements Way {

  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final long PAUSE_NANOS = 1_000_000;

  private final HeldFarm farm;
  private final CoordinatorProcess coordinator;
  private final List<ManagedChannel> channels;
  private final List<LatentClient> clients = new ArrayList<>();
  private String storyId = "";

  ServiceWay(CoordinatorProcess.Start start, int connections) {
    farm = new HeldFarm(start);
    coordinator = farm.coordinator();
    channels = channels(coordinator.port(), connections);
    channels.forEach(channel -> clients.add(new LatentClient(channel, Retries.NONE)));
  }

  static List<ManagedChannel> channels(int port, int count) {
    List<ManagedChannel> channels = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      channels.add(Channels.plaintext("127.0.0.1", port));
    }
    return channels;
  }

  @Override
  public String word() {
    return "LatentService, a coordinator's process";
  }

  @Override
  public void begin(SlabSize size) {
    storyId = farm.hold();
    byte[] first = size.payload(-1);
    SlabKey key = new SlabKey(storyId, 0, Integer.MAX_VALUE, Side.RIGHT, 0);
    long end = System.nanoTime() + PATIENCE.toNanos();
    while (true) {
      try {
        put(key, first);
        return;
      } catch (LongtakeException e) { // It has not heard yet that the shot is denoised.
        if (System.nanoTime() > end || e.code() == ErrorCode.REQUEST_INVALID) {
          throw e;
        }
        LockSupport.parkNanos(PAUSE_NANOS);
      }
    }
  }

  @Override
  public SlabKey key(int number) {
    return new SlabKey(storyId, 0, number, Side.LEFT, 0);
  }

  private LatentClient client(SlabKey key) {
    return clients.get(Math.floorMod(key.boundaryIndex(), clients.size()));
  }

  @Override
  public void put(SlabKey key, byte[] payload) {
    client(key).putSlab(key, payload);
  }

  @Override
  public byte[] get(SlabKey key) {
    return client(key).getSlab(key, PATIENCE).orElseThrow();
  }

  @Override
  public Duration otherCpu() {
    return coordinator.cpuTime();
  }

  @Override
  public void close() {
    channels.forEach(Channels::close);
    farm.close();
  }
}

package dev.longtake.worker.link;

import dev.longtake.client.ArtifactClient;
import dev.longtake.client.Deadlines;
import dev.longtake.client.LatentClient;
import dev.longtake.client.LogClient;
import dev.longtake.client.Retries;
import dev.longtake.digest.Digest;
import dev.longtake.latent.CheckpointKey;
import dev.longtake.latent.SlabKey;
import dev.longtake.lease.LeaseToken;
import dev.longtake.lease.LogLine;
import dev.longtake.render.transfer.FarmStores;
import io.grpc.Channel;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * The coordinator's stores over gRPC. Each call is tried once: whoever calls repeats it, and stops
 * when the work is no longer ordered.
 */
public final class CoordinatorStores implements FarmStores {

  private final LatentClient latents;
  private final ArtifactClient artifacts;
  private final LogClient logs;
  private final String workerId;

  /**
   * The stores of the farm.
   *
   * @param workerId who puts something there
   */
  public CoordinatorStores(Channel channel, Deadlines deadlines, String workerId) {
    this.workerId = workerId;
    latents = new LatentClient(channel, Retries.NONE, deadlines);
    artifacts = new ArtifactClient(channel, Retries.NONE, deadlines);
    logs = LogClient.on(channel, Retries.NONE);
  }

  @Override
  public void putSlab(SlabKey key, byte[] payload) {
    latents.putSlab(key, payload);
  }

  @Override
  public Optional<byte[]> awaitSlab(SlabKey key, Duration wait) {
    return latents.getSlab(key, wait);
  }

  @Override
  public void putCheckpoint(LeaseToken lease, int stepIndex, byte[] content) {
    latents.putCheckpoint(lease, stepIndex, content);
  }

  @Override
  public Optional<byte[]> getCheckpoint(CheckpointKey key) {
    return latents.getCheckpoint(key);
  }

  @Override
  public byte[] getArtifact(Digest digest) {
    return artifacts.get(digest);
  }

  @Override
  public void putArtifact(Digest digest, byte[] content) {
    artifacts.put(content);
  }

  @Override
  public void putLines(List<LogLine> lines) {
    logs.append(lines.stream().map(line -> line.by(workerId)).toList());
  }
}

package dev.longtake.worker.link;

import dev.longtake.client.ArtifactClient;
import dev.longtake.client.Deadlines;
import dev.longtake.client.LatentClient;
import dev.longtake.client.Retries;
import dev.longtake.digest.Digest;
import dev.longtake.latent.CheckpointKey;
import dev.longtake.latent.SlabKey;
import dev.longtake.lease.LeaseToken;
import dev.longtake.render.transfer.FarmStores;
import io.grpc.Channel;
import java.time.Duration;
import java.util.Optional;

/**
 * The coordinator's stores over gRPC. Each call is tried once: whoever calls repeats it, and stops
 * when the work is no longer ordered.
 */
public final class CoordinatorStores implements FarmStores {

  private final LatentClient latents;
  private final ArtifactClient artifacts;

  public CoordinatorStores(Channel channel, Deadlines deadlines) {
    latents = new LatentClient(channel, Retries.NONE, deadlines);
    artifacts = new ArtifactClient(channel, Retries.NONE, deadlines);
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
}

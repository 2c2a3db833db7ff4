package dev.longtake.coordinator.draft;

import dev.longtake.coordinator.artifacts.ArtifactStore;
import dev.longtake.digest.Digest;
import dev.longtake.draft.DraftMap;
import dev.longtake.latent.CheckpointKey;
import java.util.Optional;
import java.util.function.Function;

/**
 * Where drafts come from; each call may wait for a disk or a network.
 *
 * @param checkpoints a checkpoint's content, if it is there
 * @param artifacts where finished chunks' latents are
 * @param maps how a model's latents look, by the model's digest; empty if that is not known
 * @param bytesMax of a chunk's state; a larger one is not read
 */
public record DraftSources(
    Function<CheckpointKey, Optional<byte[]>> checkpoints,
    ArtifactStore artifacts,
    Function<Digest, Optional<DraftMap>> maps,
    long bytesMax) {}

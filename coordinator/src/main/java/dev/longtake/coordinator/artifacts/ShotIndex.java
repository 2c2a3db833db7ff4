package dev.longtake.coordinator.artifacts;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.longtake.coordinator.story.ShotResult;
import dev.longtake.digest.Digest;
import dev.longtake.story.status.TenantScope;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds finished shots by what went into them: shot key to artifacts, one small JSON text each,
 * shared by all coordinators of a farm. Safe for any number of threads.
 *
 * <p>Each tenant has its own: that another one has rendered the same before is none of its
 * business, not even by how fast its film comes.
 *
 * <p>The first one who remembers a shot is believed. An entry that cannot be understood, or whose
 * artifacts are not all there, is as good as none: the shot is rendered again, and its new result
 * takes the place.
 */
public final class ShotIndex {

  private static final Logger log = LoggerFactory.getLogger(ShotIndex.class);
  private static final ObjectMapper JSON = new ObjectMapper();

  private final IndexEntries entries;
  private final ArtifactStore artifacts;

  /**
   * The index of these entries.
   *
   * @param artifacts where the results must be for an entry to count
   */
  public ShotIndex(IndexEntries entries, ArtifactStore artifacts) {
    this.entries = entries;
    this.artifacts = artifacts;
  }

  /** The result of a shot with this key, if all of it is there. */
  public Optional<ShotResult> find(String tenant, Digest key) {
    Digest shotKey = of(tenant, key);
    return entries.read(shotKey).flatMap(entry -> parse(shotKey, entry)).filter(this::isThere);
  }

  private boolean isThere(ShotResult result) {
    List<Digest> all = new ArrayList<>(result.segments());
    all.add(result.latents());
    return artifacts.useAll(all);
  }

  private static Optional<ShotResult> parse(Digest shotKey, byte[] entry) {
    try {
      JsonNode root = JSON.readTree(entry);
      List<Digest> segments = new ArrayList<>();
      root.path("segments").forEach(node -> segments.add(new Digest(node.asText())));
      return Optional.of(new ShotResult(new Digest(root.path("latents").asText()), segments));
    } catch (IOException | IllegalArgumentException e) {
      log.warn("shotKey={} unreadable index entry, the shot is rendered again", shotKey, e);
      return Optional.empty();
    }
  }

  /** Remembers a result; repeating it is safe, and an earlier one that is whole stays. */
  public void remember(String tenant, Digest key, ShotResult result) {
    Digest shotKey = of(tenant, key);
    byte[] entry = entry(result);
    if (!entries.create(shotKey, entry) && find(tenant, key).isEmpty()) {
      entries.replace(shotKey, entry);
    }
  }

  /** As it was of the tenant that was alone at first. */
  private static Digest of(String tenant, Digest key) {
    return tenant.equals(TenantScope.DEFAULT_TENANT)
        ? key
        : Digest.ofText("shot %s %s".formatted(tenant, key.hex()));
  }

  private static byte[] entry(ShotResult result) {
    ObjectNode root = JSON.createObjectNode();
    root.put("latents", result.latents().hex());
    result.segments().forEach(digest -> root.withArray("segments").add(digest.hex()));
    return root.toString().getBytes(StandardCharsets.UTF_8);
  }
}

package dev.longtake.weights;

import dev.longtake.error.ErrorCode;
import dev.longtake.error.LongtakeException;
import dev.longtake.tensor.DType;
import dev.longtake.tensor.Shape;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * The tensors of one component: {@code NAME.safetensors}, or the shards that {@code
 * NAME.safetensors.index.json} lists. Shards may be named by plain file names only, so that a
 * downloaded checkpoint cannot point outside its folder.
 */
public final class SafetensorsFolder implements WeightSource, AutoCloseable {

  private static final int SHARDS_MAX = 1_000;

  private final Path folder;
  private final List<SafetensorsFile> files;
  private final Map<String, SafetensorsFile> tensors;

  private SafetensorsFolder(
      Path folder, List<SafetensorsFile> files, Map<String, SafetensorsFile> tensors) {
    this.folder = folder;
    this.files = List.copyOf(files);
    this.tensors = Collections.unmodifiableMap(tensors);
  }

  /**
   * Opens a component's tensors.
   *
   * @param stem how its files are named, {@code model} or {@code diffusion_pytorch_model}; the
   *     other of the two is taken as well
   * @throws LongtakeException {@code MODEL_INVALID} if a file is missing or malformed, or the index
   *     names tensors that their shards lack
   */
  public static SafetensorsFolder open(Path folder, String stem) {
    PartFiles files = PartFiles.in(folder, stem);
    if (files.isIndex()) {
      return openShards(folder, files.file());
    }
    SafetensorsFile file = SafetensorsFile.open(files.file());
    Map<String, SafetensorsFile> tensors = new LinkedHashMap<>();
    file.names().forEach(tensor -> tensors.put(tensor, file));
    return new SafetensorsFolder(folder, List.of(file), tensors);
  }

  private static SafetensorsFolder openShards(Path folder, Path index) {
    Map<String, String> shardOf = PartFiles.shardNames(index);
    var shardNames = new TreeSet<>(shardOf.values());
    if (shardNames.size() > SHARDS_MAX) {
      throw invalid(index, "lists more than " + SHARDS_MAX + " files");
    }
    Map<String, SafetensorsFile> shards = new LinkedHashMap<>();
    try {
      openAll(folder, shardNames, shards);
      return new SafetensorsFolder(
          folder, List.copyOf(shards.values()), locate(index, shardOf, shards));
    } catch (RuntimeException e) {
      shards.values().forEach(SafetensorsFile::close);
      throw e;
    }
  }

  /** Opens every shard; where some cannot be opened, the first is told and the others counted. */
  private static void openAll(Path folder, Set<String> names, Map<String, SafetensorsFile> shards) {
    List<String> faults = new ArrayList<>();
    for (String shard : names) {
      try {
        shards.put(shard, SafetensorsFile.open(folder.resolve(shard)));
      } catch (LongtakeException e) {
        faults.add(e.getMessage());
      }
    }
    if (!faults.isEmpty()) {
      String more =
          faults.size() > 1 ? "; nor can %d more of its files".formatted(faults.size() - 1) : "";
      throw new LongtakeException(ErrorCode.MODEL_INVALID, faults.getFirst() + more);
    }
  }

  private static Map<String, SafetensorsFile> locate(
      Path index, Map<String, String> shardOf, Map<String, SafetensorsFile> shards) {
    Map<String, SafetensorsFile> tensors = new LinkedHashMap<>();
    List<String> missing = new ArrayList<>();
    shardOf.forEach(
        (tensor, shardName) -> {
          SafetensorsFile shard = shards.get(shardName);
          if (shard != null && shard.names().contains(tensor)) {
            tensors.put(tensor, shard);
          } else {
            missing.add(tensor);
          }
        });
    if (!missing.isEmpty()) {
      throw invalid(
          index,
          "%d of its tensors are not in the file it names, the first: %s"
              .formatted(missing.size(), missing.getFirst()));
    }
    return tensors;
  }

  private static LongtakeException invalid(Path file, String fault) {
    return new LongtakeException(ErrorCode.MODEL_INVALID, file + ": " + fault);
  }

  @Override
  public Set<String> names() {
    return tensors.keySet();
  }

  @Override
  public Shape shape(String name) {
    return file(name).shape(name);
  }

  @Override
  public DType dtype(String name) {
    return file(name).dtype(name);
  }

  @Override
  public Optional<String> unusableType(String name) {
    return file(name).unusableType(name);
  }

  /** The dtype's name as the file has it, those that no model can use included. */
  public String storedType(String name) {
    return file(name).storedType(name);
  }

  /** Bytes of all tensors as they are stored. */
  public long storedBytes() {
    return tensors.entrySet().stream()
        .mapToLong(entry -> entry.getValue().bytes(entry.getKey()).byteSize())
        .sum();
  }

  @Override
  public void readF32(String name, long firstElement, MemorySegment destination) {
    file(name).readF32(name, firstElement, destination);
  }

  private SafetensorsFile file(String name) {
    SafetensorsFile file = tensors.get(name);
    if (file == null) {
      throw invalid(folder, "there is no tensor " + name);
    }
    return file;
  }

  /** Unmaps all files. Tensors must no longer be read. */
  @Override
  public void close() {
    files.forEach(SafetensorsFile::close);
  }
}

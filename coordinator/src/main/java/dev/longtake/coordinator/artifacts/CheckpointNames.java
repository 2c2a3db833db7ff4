package dev.longtake.coordinator.artifacts;

import dev.longtake.error.LongtakeException;
import dev.longtake.latent.CheckpointCodec;
import dev.longtake.latent.CheckpointKey;
import dev.longtake.latent.PutOutcome;
import java.util.Arrays;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What kept checkpoints are called, and what they have to be, wherever they are kept. */
public final class CheckpointNames {

  private static final Logger log = LoggerFactory.getLogger(CheckpointNames.class);
  private static final String FOLDER = ".checkpoints";
  private static final Pattern NAME =
      Pattern.compile("([0-9]{1,9})-([0-9]{1,9})-([1-9][0-9]{0,8})\\.ltcp");

  private CheckpointNames() {}

  /** The folder of a story: an id may be two dots, this may not. */
  public static String folder(String storyId) {
    return storyId + FOLDER;
  }

  /** The story of a folder; empty for what is not one. */
  public static Optional<String> storyId(String folder) {
    return folder.endsWith(FOLDER) && folder.length() > FOLDER.length()
        ? Optional.of(folder.substring(0, folder.length() - FOLDER.length()))
        : Optional.empty();
  }

  /** The name in that folder. */
  public static String name(CheckpointKey key) {
    return "%d-%d-%d.ltcp".formatted(key.shotIndex(), key.chunkIndex(), key.stepIndex());
  }

  /** The key of a name; empty for what is not one. */
  public static Optional<CheckpointKey> key(String storyId, String name) {
    Matcher parts = NAME.matcher(name);
    return parts.matches()
        ? Optional.of(
            new CheckpointKey(
                storyId,
                Integer.parseInt(parts.group(1)),
                Integer.parseInt(parts.group(2)),
                Integer.parseInt(parts.group(3))))
        : Optional.empty();
  }

  /** The content, if it is what its seal says. */
  public static Optional<byte[]> whole(CheckpointKey key, byte[] content) {
    try {
      CheckpointCodec.decode(content);
      return Optional.of(content);
    } catch (LongtakeException e) {
      log.warn("{} is damaged where it is kept, and as good as none: {}", key, e.getMessage());
      return Optional.empty();
    }
  }

  /**
   * What comes of putting this where that is already: one of another chunk was left behind by
   * another farm, and gives way.
   */
  public static PutOutcome outcome(byte[] held, byte[] content) {
    if (Arrays.equals(held, content)) {
      return PutOutcome.SAME;
    }
    return CheckpointCodec.decode(held).origin().equals(CheckpointCodec.decode(content).origin())
        ? PutOutcome.DIFFERENT
        : PutOutcome.STORED;
  }
}

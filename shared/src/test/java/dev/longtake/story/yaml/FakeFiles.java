package dev.longtake.story.yaml;

import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;

/** Files of a story in memory. */
final class FakeFiles implements Source {

  private final Map<String, byte[]> files = new HashMap<>();

  FakeFiles with(String path, String text) {
    return with(path, text.getBytes(StandardCharsets.UTF_8));
  }

  FakeFiles with(String path, byte[] content) {
    files.put(path, content);
    return this;
  }

  @Override
  public Content read(String folder, String path, int bytesMax) {
    byte[] content = files.get(folder.equals(".") ? path : folder + "/" + path);
    if (content == null) {
      return new Content.Unusable("no such file");
    }
    return content.length > bytesMax
        ? new Content.Unusable(
            "%d bytes where at most %d are allowed".formatted(content.length, bytesMax))
        : new Content.Found(content);
  }
}

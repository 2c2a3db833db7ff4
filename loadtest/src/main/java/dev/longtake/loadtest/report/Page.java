package dev.longtake.loadtest.report;

import dev.longtake.error.ErrorCode;
import dev.longtake.error.LongtakeException;
import dev.longtake.loadtest.run.Outcome;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;

/** A run for people to look at: pictures, and a page that holds them and needs nothing else. */
public final class Page {

  private static final String TEMPLATE = "page.html";

  private Page() {}

  /**
   * Writes {@code index.html}, {@code throughput.png} and {@code queue.png}, and {@code course.png}
   * where the coordinator was looked at.
   *
   * @param folder is made if need be
   * @throws LongtakeException with {@link ErrorCode#FILE_UNUSABLE} if that cannot be done
   */
  public static void write(Outcome outcome, Path folder) {
    try {
      Files.createDirectories(folder);
      byte[] throughput = Charts.throughput(outcome.timeline());
      byte[] queue = Charts.queue(outcome.timeline());
      Files.write(folder.resolve("throughput.png"), throughput);
      Files.write(folder.resolve("queue.png"), queue);
      String course = "";
      if (!outcome.course().looks().isEmpty()) {
        byte[] picture = Charts.course(outcome.course());
        Files.write(folder.resolve("course.png"), picture);
        course =
            "<img alt=\"What the coordinator takes over time\" src=\"data:image/png;base64,%s\">"
                .formatted(base64(picture));
      }
      String lines = escaped(String.join("\n", Summary.of(outcome)));
      String title = lines.substring(0, lines.indexOf(','));
      Files.writeString(
          folder.resolve("index.html"),
          template()
              .replace("{title}", title)
              .replace("{lines}", lines)
              .replace("{throughput}", base64(throughput))
              .replace("{queue}", base64(queue))
              .replace("{course}", course));
    } catch (IOException e) {
      throw new LongtakeException(
          ErrorCode.FILE_UNUSABLE, "cannot write the report in " + folder + ": " + e, e);
    }
  }

  private static String template() throws IOException {
    try (InputStream page = Page.class.getResourceAsStream(TEMPLATE)) {
      if (page == null) {
        throw new FileNotFoundException(TEMPLATE + " is not beside " + Page.class);
      }
      return new String(page.readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  private static String escaped(String text) {
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
  }

  private static String base64(byte[] bytes) {
    return Base64.getEncoder().encodeToString(bytes);
  }
}

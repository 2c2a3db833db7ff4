package dev.longtake.coordinator.artifacts.s3;

import dev.longtake.config.DataSize;
import dev.longtake.config.EmptyWord;
import dev.longtake.config.Ranges;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/**
 * Where the bucket is and how it is used.
 *
 * @param endpoint of the server; empty for AWS's own in the region
 * @param prefix of all names in the bucket; empty, or ends with a slash
 * @param pathStyle whether the bucket stands in the path, not in the host
 * @param credentialsFile in the form of {@code ~/.aws/credentials}; empty for where AWS's tools
 *     look
 * @param uploadMemory for parts that are on their way up
 * @param timeout of one call with all its repetitions
 */
public record S3Settings(
    @EmptyWord("auto") Optional<String> endpoint,
    String region,
    String bucket,
    String prefix,
    boolean pathStyle,
    @EmptyWord("auto") Optional<Path> credentialsFile,
    DataSize uploadMemory,
    Duration timeout) {

  private static final String REGION = "[a-z0-9-]{1,64}";
  private static final String BUCKET = "[a-z0-9][a-z0-9._-]{1,61}[a-z0-9]";
  private static final String PREFIX = "|[A-Za-z0-9_.-]+(/[A-Za-z0-9_.-]+)*/";

  public S3Settings {
    new Ranges()
        .that(
            "endpoint",
            endpoint.map(S3Settings::isAddress).orElse(true),
            "http://HOST:PORT or https://HOST",
            "\"" + endpoint.orElse("") + "\"")
        .that("region", region.matches(REGION), "a region such as us-east-1", quoted(region))
        .that("bucket", bucket.matches(BUCKET), "3 to 63 of a-z 0-9 . _ -", quoted(bucket))
        .that("prefix", prefix.matches(PREFIX), "nothing or a path that ends in /", quoted(prefix))
        .between(
            "uploadMemory", uploadMemory, DataSize.mebibytes(16), DataSize.mebibytes(64L << 10))
        .between("timeout", timeout, Duration.ofSeconds(1), Duration.ofMinutes(10))
        .check();
  }

  private static boolean isAddress(String text) {
    try {
      URI uri = URI.create(text);
      return ("http".equals(uri.getScheme()) || "https".equals(uri.getScheme()))
          && uri.getHost() != null
          && uri.getUserInfo() == null;
    } catch (IllegalArgumentException e) {
      return false;
    }
  }

  private static String quoted(String text) {
    return "\"" + text + "\"";
  }

  /** The server, as messages call it. */
  String server() {
    return endpoint.orElse("AWS in " + region);
  }
}

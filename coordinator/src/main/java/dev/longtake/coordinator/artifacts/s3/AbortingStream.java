package dev.longtake.coordinator.artifacts.s3;

import java.io.FilterInputStream;
import software.amazon.awssdk.core.ResponseInputStream;

/** A response that is given up, not read to its end, when it is closed. */
final class AbortingStream extends FilterInputStream {

  private final ResponseInputStream<?> response;

  AbortingStream(ResponseInputStream<?> response) {
    super(response);
    this.response = response;
  }

  @Override
  public void close() {
    response.abort();
  }
}

package dev.longtake.latent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.longtake.error.ErrorCode;
import dev.longtake.error.LongtakeException;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class HeapLatentStoreTest extends LatentStoreContract {

  private final HeapLatentStore store = new HeapLatentStore(1 << 20);

  @Override
  protected LatentStore store() {
    return store;
  }

  @Test
  void close_failsWaitingReaders() throws Exception {
    CompletableFuture<ErrorCode> seen =
        CompletableFuture.supplyAsync(
            () ->
                catchThrowableOfType(LongtakeException.class, () -> store.await(key(0), LONG))
                    .code());

    store.close();

    assertThat(seen.get()).isEqualTo(ErrorCode.UNAVAILABLE);
  }
}

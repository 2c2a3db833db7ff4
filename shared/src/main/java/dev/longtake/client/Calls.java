package dev.longtake.client;

import dev.longtake.error.ErrorCode;
import dev.longtake.error.LongtakeException;
import dev.longtake.wire.GrpcErrors;
import io.grpc.StatusException;
import io.grpc.StatusRuntimeException;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/** Makes one gRPC call and turns what it throws into a {@link LongtakeException}. */
final class Calls {

  /** A call on a blocking stub. */
  interface Call<T extends @Nullable Object> {
    T get() throws StatusException, InterruptedException, TimeoutException;
  }

  private Calls() {}

  static <T extends @Nullable Object> T make(Call<T> call) {
    try {
      return call.get();
    } catch (StatusException e) {
      throw GrpcErrors.fromStatus(e);
    } catch (StatusRuntimeException e) {
      throw GrpcErrors.fromStatus(e);
    } catch (TimeoutException e) {
      throw new LongtakeException(ErrorCode.DEADLINE_EXCEEDED, "the other side took too long", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new LongtakeException(ErrorCode.UNAVAILABLE, "interrupted during a call", e);
    }
  }
}

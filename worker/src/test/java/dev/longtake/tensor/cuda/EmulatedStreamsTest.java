package dev.longtake.tensor.cuda;

import static org.assertj.core.api.Assertions.assertThat;

import dev.longtake.tensor.cuda.CudaDriver.Stream;
import dev.longtake.tensor.cuda.EmulatedStreams.Transfers;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** That the emulation shows a wait that is missing. */
class EmulatedStreamsTest {

  private final EmulatedStreams streams = new EmulatedStreams(Transfers.LATE);
  private final List<String> done = new ArrayList<>();

  private void start(Stream stream, String name) {
    streams.start(stream, () -> done.add(name));
  }

  @Test
  void await_ofATransferThatDidNotWait_doesNotComputeWhatItCarries() {
    start(Stream.COMPUTE, "compute");
    start(Stream.TRANSFER, "carry");
    long carried = streams.createEvent();
    streams.record(Stream.TRANSFER, carried);

    streams.await(carried);

    assertThat(done).containsExactly("carry");
  }

  @Test
  void await_ofATransferThatWaited_computesFirstAndNothingMore() {
    start(Stream.COMPUTE, "compute");
    long computed = streams.createEvent();
    streams.record(Stream.COMPUTE, computed);
    start(Stream.COMPUTE, "next chunk");
    streams.wait(Stream.TRANSFER, computed);
    start(Stream.TRANSFER, "carry");
    long carried = streams.createEvent();
    streams.record(Stream.TRANSFER, carried);
    assertThat(streams.hasHappened(carried)).isFalse();

    streams.await(carried);

    assertThat(done).containsExactly("compute", "carry");
    assertThat(streams.hasHappened(computed)).isTrue();
    streams.finishAll();
    assertThat(done).containsExactly("compute", "carry", "next chunk");
  }

  @Test
  void wait_forAnEventThatIsRecordedAgain_waitsForWhatItStoodFor() {
    long event = streams.createEvent();
    start(Stream.COMPUTE, "first");
    streams.record(Stream.COMPUTE, event);
    streams.wait(Stream.TRANSFER, event);
    start(Stream.COMPUTE, "second");
    streams.record(Stream.COMPUTE, event);
    start(Stream.TRANSFER, "carry");
    long carried = streams.createEvent();
    streams.record(Stream.TRANSFER, carried);

    streams.await(carried);

    assertThat(done).containsExactly("first", "carry");
  }

  @Test
  void await_ofAnEventThatNothingWasRecordedFor_doesNothing() {
    start(Stream.COMPUTE, "compute");

    streams.await(streams.createEvent());

    assertThat(done).isEmpty();
  }

  @Test
  void start_ofAnEarlyTransfer_overtakesWhatItDoesNotWaitFor() {
    EmulatedStreams early = new EmulatedStreams(Transfers.EARLY);
    early.start(Stream.COMPUTE, () -> done.add("compute"));
    long computed = early.createEvent();
    early.record(Stream.COMPUTE, computed);
    early.start(Stream.TRANSFER, () -> done.add("overtake"));
    early.wait(Stream.TRANSFER, computed);
    early.start(Stream.TRANSFER, () -> done.add("carry"));
    assertThat(done).containsExactly("overtake");

    early.await(computed);

    assertThat(done).containsExactly("overtake", "compute", "carry");
  }
}

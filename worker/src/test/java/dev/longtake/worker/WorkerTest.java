package dev.longtake.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.longtake.config.Overrides;
import dev.longtake.digest.Digest;
import dev.longtake.error.ErrorCode;
import dev.longtake.error.LongtakeException;
import dev.longtake.frames.FrameRun;
import dev.longtake.frames.FramesCodec;
import dev.longtake.lease.CheckpointPlan;
import dev.longtake.lease.LeaseToken;
import dev.longtake.lease.Order;
import dev.longtake.lease.Report;
import dev.longtake.lease.Work;
import dev.longtake.lease.WorkerStatement;
import dev.longtake.lifetime.StillWanted;
import dev.longtake.plan.Chunk;
import dev.longtake.plan.ChunkPlan;
import dev.longtake.plan.Sampling;
import dev.longtake.plan.ShotInputs;
import dev.longtake.plan.Solver;
import dev.longtake.render.RenderModel;
import dev.longtake.render.TinyModel;
import dev.longtake.testing.TestShot;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Whole workers on a model of a few lines, over real gRPC on loopback. */
class WorkerTest {

  private static final int LATENT_FRAMES = 17;

  private final FakeStores stores = new FakeStores();
  private final List<AutoCloseable> opened = new ArrayList<>();
  private final AtomicInteger exit = new AtomicInteger();
  private FakeCoordinator coordinator;

  @BeforeEach
  void startCoordinator() throws IOException {
    coordinator = new FakeCoordinator(0, stores);
  }

  @AfterEach
  void closeAll() throws Exception {
    for (AutoCloseable resource : opened.reversed()) {
      resource.close();
    }
    coordinator.close();
    stores.close();
  }

  @Test
  void run_shotOverTwoWorkers_givesTheBitsOfOne() throws Exception {
    FakeCoordinator second = new FakeCoordinator(0, stores);
    opened.add(second);
    startWorker("ada", coordinator, TinyEngine::new);
    startWorker("bob", second, TinyEngine::new);
    ShotInputs alone = shot("alone");
    ShotInputs shared = shot("shared");

    coordinator.await(any -> true);
    coordinator.order(orders(alone, new int[] {0, 0, 0}, 0));
    List<Digest> expected = digests(coordinator.await(allDone(3)));
    coordinator.order(orders(shared, new int[] {0, 1, 1}, 0));
    second.await(any -> true);
    second.order(orders(shared, new int[] {0, 1, 1}, 1));
    List<Digest> found = new ArrayList<>(digests(coordinator.await(allDone(1))));
    found.addAll(digests(second.await(allDone(2))));

    assertThat(found).isEqualTo(expected);
  }

  @Test
  void run_segment_storesItsFrames() throws Exception {
    startWorker("ada", coordinator, TinyEngine::new);
    coordinator.await(any -> true);
    ShotInputs shot = shot("story", 6);
    coordinator.order(orders(shot, new int[] {0}, 0));
    Digest latents = digests(coordinator.await(allDone(1))).getFirst();

    coordinator.order(
        List.of(
            new Order(
                new LeaseToken("story", 0, LeaseToken.Kind.SEGMENT, 0, 1),
                new Work.DecodeSegment(shot, 2, 4, 1, latents, 15))));
    Digest frames =
        digests(
                coordinator.await(
                    statement ->
                        allDone(1).test(statement)
                            && statement.reports().getFirst().lease().kind()
                                == LeaseToken.Kind.SEGMENT))
            .getFirst();

    FrameRun run = FramesCodec.decode(stores.artifacts.get(frames));
    assertThat(run.count()).isEqualTo(15);
    assertThat(run.width()).isEqualTo(TinyModel.SIZE.width());
  }

  @Test
  void run_engineFails_reportsItAndGoesOn() throws Exception {
    startWorker(
        "ada",
        coordinator,
        () ->
            new TinyEngine() {
              @Override
              public EncodedPrompt encodePrompt(String prompt) {
                if (prompt.equals("broken")) {
                  throw new LongtakeException(ErrorCode.ENGINE_FAILED, "the engine is on fire");
                }
                return super.encodePrompt(prompt);
              }
            });
    coordinator.await(any -> true);

    coordinator.order(orders(shot("story", 5, "broken"), new int[] {0}, 0));
    WorkerStatement statement =
        coordinator.await(
            said ->
                said.reports().stream()
                    .anyMatch(report -> report.progress() instanceof Report.Failed));

    assertThat(statement.reports().getFirst().progress())
        .isEqualTo(new Report.Failed(ErrorCode.ENGINE_FAILED, "the engine is on fire"));
    coordinator.order(orders(shot("other", 5, "whole"), new int[] {0}, 0));
    coordinator.await(allDone(1));
  }

  @Test
  void run_outOfMemory_endsTheProcess() throws Exception {
    Worker worker =
        startWorker(
            "ada",
            coordinator,
            () ->
                new TinyEngine() {
                  @Override
                  public EncodedPrompt encodePrompt(String prompt) {
                    if (prompt.equals("too long")) {
                      throw new OutOfMemoryError("not really");
                    }
                    return super.encodePrompt(prompt);
                  }
                });
    coordinator.await(any -> true);

    coordinator.order(orders(shot("story", 5, "too long"), new int[] {0}, 0));
    WorkerStatement last =
        coordinator.await(
            said ->
                said.reports().stream()
                    .anyMatch(report -> report.progress() instanceof Report.Failed));
    coordinator.order(List.of());

    assertThat(last.reports().getFirst().progress())
        .isEqualTo(
            new Report.Failed(ErrorCode.OUT_OF_MEMORY, "java.lang.OutOfMemoryError: not really"));
    assertThatThrownBy(() -> worker.termination().get(20, TimeUnit.SECONDS))
        .isInstanceOf(ExecutionException.class)
        .hasCauseInstanceOf(OutOfMemoryError.class);
    assertThat(exit.get()).isEqualTo(70);
  }

  /** The step at hand would take for ever. */
  @Test
  void cancel_inMidStep_endsTheStep() throws Exception {
    var begun = new CountDownLatch(1);
    startWorker(
        "ada",
        coordinator,
        () ->
            new TinyEngine() {
              @Override
              public EncodedPrompt encodePrompt(String prompt) {
                return prompt.equals("endless")
                    ? (references, frameCount, height, width) -> new Endless(begun)
                    : super.encodePrompt(prompt);
              }
            });
    coordinator.await(any -> true);
    coordinator.order(orders(shot("story", 5, "endless"), new int[] {0}, 0));
    begun.await();

    coordinator.order(orders(shot("other", 5, "whole"), new int[] {0}, 0));

    WorkerStatement last = coordinator.await(allDone(1));
    assertThat(last.reports())
        .allSatisfy(report -> assertThat(report.lease().storyId()).isEqualTo("other"));
  }

  private record Endless(CountDownLatch begun) implements RenderModel.Denoiser {

    @Override
    public void velocity(float[] latents, double timestep, float[] out) {
      begun.countDown();
      while (true) {
        StillWanted.check();
        Thread.onSpinWait();
      }
    }

    @Override
    public void close() {}
  }

  @Test
  void start_modelMalformed_saysSo() throws IOException {
    Worker worker =
        startWorker(
            "ada",
            coordinator,
            () -> {
              throw new LongtakeException(ErrorCode.MODEL_INVALID, "no such folder");
            });

    assertThatThrownBy(worker::awaitTermination)
        .isInstanceOf(LongtakeException.class)
        .hasMessage("no such folder");
  }

  @Test
  void supersede_newerBoot_endsTheWorker() throws Exception {
    Worker worker = startWorker("ada", coordinator, TinyEngine::new);
    coordinator.await(any -> true);

    coordinator.supersede();

    assertThat(ending(worker)).isEqualTo(Worker.Ending.SUPERSEDED);
  }

  @Test
  void drain_nothingHeld_endsTheWorker() throws Exception {
    Worker worker = startWorker("ada", coordinator, TinyEngine::new);
    coordinator.await(any -> true);

    worker.drain();

    assertThat(ending(worker)).isEqualTo(Worker.Ending.DRAINED);
  }

  @Test
  void metrics_afterAStep_countIt() throws Exception {
    Worker worker = startWorker("ada", coordinator, TinyEngine::new);
    coordinator.await(any -> true);
    coordinator.order(orders(shot("story", 5), new int[] {0}, 0));
    coordinator.await(allDone(1));

    HttpResponse<String> page;
    try (HttpClient client = HttpClient.newHttpClient()) {
      page =
          client.send(
              HttpRequest.newBuilder(
                      URI.create("http://127.0.0.1:%d/metrics".formatted(worker.metricsPort())))
                  .build(),
              HttpResponse.BodyHandlers.ofString());
    }

    assertThat(page.body()).contains("longtake_denoise_steps_total 3.0");
  }

  private static Worker.Ending ending(Worker worker)
      throws InterruptedException, ExecutionException, TimeoutException {
    return worker.termination().get(20, TimeUnit.SECONDS);
  }

  private Worker startWorker(String workerId, FakeCoordinator to, Engine.Opener opener)
      throws IOException {
    Worker worker =
        Worker.start(
            WorkerConfig.CONFIGURATION
                .of(
                    Overrides.NONE
                        .with("test", "coordinator.addresses", "127.0.0.1:" + to.port())
                        .with("test", "metrics.port", 0))
                .onMachine(workerId, Path.of("unused"), 1),
            opener,
            exit::set);
    opened.add(worker);
    return worker;
  }

  private static java.util.function.Predicate<WorkerStatement> allDone(int count) {
    return statement ->
        statement.reports().size() == count
            && statement.reports().stream()
                .allMatch(report -> report.progress() instanceof Report.Done);
  }

  private static List<Digest> digests(WorkerStatement statement) {
    return statement.reports().stream()
        .map(report -> ((Report.Done) report.progress()).artifact())
        .toList();
  }

  private static ShotInputs shot(String storyId) {
    return shot(storyId, LATENT_FRAMES);
  }

  private static ShotInputs shot(String storyId, int latentFrameCount) {
    return shot(storyId, latentFrameCount, "a red fox");
  }

  private static ShotInputs shot(String storyId, int latentFrameCount, String prompt) {
    return TestShot.of(new TinyModel().card())
        .story(storyId)
        .text(prompt)
        .latentFrameCount(latentFrameCount)
        .sampling(new Sampling(3, 2.0, 3.0, Solver.UNIPC, 0))
        .inputs();
  }

  /** The orders of one worker when chunk i is on worker {@code homes[i]}. */
  private static List<Order> orders(ShotInputs shot, int[] homes, int worker) {
    List<Chunk> chunks =
        ChunkPlan.of(shot.latentFrameCount(), new TinyModel().card().chunkPolicy()).chunks();
    assertThat(chunks).hasSameSizeAs(homes);
    List<Order> orders = new ArrayList<>();
    for (Chunk chunk : chunks) {
      int i = chunk.index();
      if (homes[i] == worker) {
        orders.add(
            new Order(
                new LeaseToken(shot.address().storyId(), 0, LeaseToken.Kind.CHUNK, i, 1),
                new Work.DenoiseChunk(
                    shot,
                    chunk.firstLatentFrame(),
                    chunk.latentFrameCount(),
                    chunk.overlapLeft(),
                    chunk.overlapRight(),
                    i > 0 && homes[i - 1] != worker,
                    i + 1 < homes.length && homes[i + 1] != worker,
                    CheckpointPlan.NONE)));
      }
    }
    return orders;
  }

  private static class TinyEngine extends TinyModel implements Engine {

    @Override
    public RenderModel model() {
      return this;
    }

    @Override
    public String engineClass() {
      return "test-f32-1";
    }

    @Override
    public void close() {}
  }
}

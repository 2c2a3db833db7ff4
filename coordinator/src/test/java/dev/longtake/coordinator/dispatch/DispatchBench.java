package dev.longtake.coordinator.dispatch;

import dev.longtake.coordinator.dispatch.StoryDemand.Holder;
import dev.longtake.coordinator.dispatch.StoryDemand.Want;
import dev.longtake.coordinator.dispatch.share.Claimant;
import dev.longtake.coordinator.dispatch.share.ShareSettings;
import dev.longtake.coordinator.story.WorkerKey;
import dev.longtake.lease.CheckpointPlan;
import dev.longtake.lease.LeaseToken;
import dev.longtake.lease.LeaseToken.Kind;
import dev.longtake.lease.Order;
import dev.longtake.lease.Work;
import dev.longtake.plan.ShotInputs;
import dev.longtake.plan.StoryPlan;
import dev.longtake.testing.TestStories;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.knowm.xchart.BitmapEncoder;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;

/**
 * What dispatch alone takes, without actors, network or journal, for farms of 10 to 10,000 workers:
 * prints a table, and writes {@code target/dispatch.png}; {@code benchmarks.md} quotes it. Not part
 * of the tests.
 */
class DispatchBench {

  private static final List<Integer> WORKERS = List.of(10, 30, 100, 300, 1000, 3000, 10_000);
  private static final int TENANTS = 10;
  private static final int CHUNKS = 8;
  private static final int CYCLES = 4000;
  private static final int ROUNDS = 3;
  private static final String NODE = "node";
  private static final StoryDemand.Pin PIN =
      new StoryDemand.Pin(TestStories.ENGINE_CLASS, TestStories.MODEL.identity().digest());
  private static final ShotInputs SHOT =
      StoryPlan.of(TestStories.story("s", 57), TestStories.MODEL, TestStories.ENGINE_CLASS)
          .shots()
          .getFirst()
          .inputs();

  /**
   * A farm that is always full: as many stories of one shot as workers are rendered, and half as
   * many wait.
   */
  private static final class Farm {

    private final Fleet fleet = new Fleet(3, ShareSettings.EQUAL);
    private final List<String> rendered = new ArrayList<>();
    private final Map<String, Long> sequences = new HashMap<>();
    private long number;
    private long sequence;
    private long leases;

    private Farm(int workers) {
      fleet.begin(NODE, 0);
      for (int i = 0; i < workers; i++) {
        hear(
            new NodeNews.WorkerHere(
                Seat.ofAll(
                    new WorkerKey("w" + i, "1"),
                    TestStories.ENGINE_CLASS,
                    TestStories.MODEL,
                    false,
                    1)));
      }
      for (int i = 0; i < workers + workers / 2; i++) {
        submit();
      }
    }

    private void hear(NodeNews news) {
      number++;
      fleet.hear(NODE, number, news);
    }

    private void submit() {
      sequence++;
      String id = "story-%08d".formatted(sequence);
      sequences.put(id, sequence);
      List<Want> wants =
          IntStream.range(0, CHUNKS).mapToObj(i -> new Want(i, Optional.empty())).toList();
      hear(
          new NodeNews.StoryWants(
              demand(id, 1, List.of(new StoryDemand.Shot(0, true, wants, List.of())), List.of())));
    }

    private StoryDemand demand(
        String id, long version, List<StoryDemand.Shot> shots, List<Holder> holders) {
      return new StoryDemand(
          id,
          sequences.get(id),
          version,
          Optional.of(PIN),
          shots,
          holders,
          new ChunkCounts(CHUNKS, 0, 0),
          new Claimant("t" + sequences.get(id) % TENANTS, Instant.EPOCH));
    }

    /** A round: what is dealt out is asked for, leased, and told of. */
    private void deal() {
      for (Assignment assignment : fleet.assign()) {
        if (assignment instanceof Assignment.Lease lease) {
          long asked = fleet.ask(lease);
          hear(new NodeNews.StoryWants(demand(lease.storyId(), 2, List.of(), holders(lease))));
          fleet.answer(asked, lease.storyId(), true, 2);
          rendered.add(lease.storyId());
          leases += lease.grants().size();
        }
      }
      fleet.holdings().takeChanged();
    }

    private static List<Holder> holders(Assignment.Lease lease) {
      Map<WorkerKey, List<Order>> held = new TreeMap<>();
      lease
          .grants()
          .forEach(
              grant ->
                  held.computeIfAbsent(grant.worker(), key -> new ArrayList<>())
                      .add(
                          new Order(
                              new LeaseToken(lease.storyId(), 0, Kind.CHUNK, grant.index(), 1),
                              new Work.DenoiseChunk(
                                  SHOT, 0, 1, 0, 0, false, false, CheckpointPlan.NONE))));
      return held.entrySet().stream().map(it -> new Holder(it.getKey(), it.getValue())).toList();
    }

    /** A story ends, its worker is idle, another story comes. */
    private void cycle(int turn) {
      String ended = rendered.remove(turn % rendered.size());
      sequences.remove(ended);
      hear(new NodeNews.StoryEnded(ended, 3));
      submit();
      deal();
    }
  }

  private record Row(int workers, double fillMillis, double fillMicros, double leaseMicros) {}

  private static Row measure(int workers) {
    double[] fill = new double[ROUNDS];
    double[] lease = new double[ROUNDS];
    long filled = 0;
    for (int round = 0; round < ROUNDS; round++) {
      var farm = new Farm(workers);
      long start = System.nanoTime();
      farm.deal();
      fill[round] = System.nanoTime() - start;
      filled = farm.leases;
      long before = farm.leases;
      start = System.nanoTime();
      for (int i = 0; i < CYCLES; i++) {
        farm.cycle(i * 7919);
      }
      lease[round] = (System.nanoTime() - start) / (double) (farm.leases - before);
    }
    Arrays.sort(fill);
    Arrays.sort(lease);
    return new Row(workers, fill[0] / 1e6, fill[0] / 1e3 / filled, lease[0] / 1e3);
  }

  @Test
  void cost_byWorkers() throws IOException {
    measure(100); // Warms up.
    List<Row> rows = WORKERS.stream().map(DispatchBench::measure).toList();

    System.out.println("workers   full farm, ms   us a lease of it   us a lease, farm full");
    for (Row row : rows) {
      System.out.printf(
          "%7d %15.2f %18.2f %23.2f%n",
          row.workers(), row.fillMillis(), row.fillMicros(), row.leaseMicros());
    }
    plot(rows);
  }

  private static void plot(List<Row> rows) throws IOException {
    XYChart chart =
        new XYChartBuilder()
            .width(800)
            .height(400)
            .title("Dispatch alone: processor time of a lease, by workers")
            .xAxisTitle("workers")
            .yAxisTitle("microseconds a lease")
            .build();
    chart.getStyler().setXAxisLogarithmic(true);
    chart.getStyler().setYAxisMin(0.0);
    List<Integer> workers = rows.stream().map(Row::workers).toList();
    chart.addSeries("filling an idle farm", workers, rows.stream().map(Row::fillMicros).toList());
    chart.addSeries("farm full", workers, rows.stream().map(Row::leaseMicros).toList());
    BitmapEncoder.saveBitmap(
        chart, Path.of("target", "dispatch").toString(), BitmapEncoder.BitmapFormat.PNG);
  }
}

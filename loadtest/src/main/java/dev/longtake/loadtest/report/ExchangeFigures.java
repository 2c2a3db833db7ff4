package dev.longtake.loadtest.report;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.longtake.loadtest.exchange.Measured;
import dev.longtake.loadtest.run.Machine;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * What the exchange of slabs takes, for people and as JSON ({@code exchange.schema.json}). Pure.
 */
public final class ExchangeFigures {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final double THOUSAND = 1000;

  private ExchangeFigures() {}

  /** A table. */
  public static List<String> lines(List<Measured> all) {
    List<String> lines = new ArrayList<>();
    lines.add(
        String.format(
            Locale.ROOT,
            "%-12s %9s  %-42s %9s %9s %9s %9s %9s",
            "slab",
            "bytes",
            "way",
            "put MB/s",
            "get MB/s",
            "p50 ms",
            "p99 ms",
            "cpu ms"));
    for (Measured each : all) {
      lines.add(
          String.format(
              Locale.ROOT,
              "%-12s %9d  %-42s %9.0f %9.0f %9.2f %9.2f %9.2f",
              each.size().word(),
              each.size().bytes(),
              each.way(),
              each.putMegabytesPerSecond(),
              each.getMegabytesPerSecond(),
              each.putToGetMillis50(),
              each.putToGetMillis99(),
              each.otherCpuMillis()));
    }
    return List.copyOf(lines);
  }

  /** The same as JSON. */
  public static ObjectNode of(List<Measured> all, Machine machine, double load) {
    ObjectNode figures = JSON.createObjectNode();
    figures.put("format", "longtake-exchange-1");
    ObjectNode on = figures.putObject("machine");
    on.put("processor", machine.processor());
    on.put("processors", machine.processors());
    on.put("java", machine.java());
    on.put("loadAverage", rounded(load));
    ArrayNode rows = figures.putArray("measured");
    for (Measured each : all) {
      ObjectNode row = rows.addObject();
      row.put("slab", each.size().word());
      row.put("bytes", each.size().bytes());
      row.put("way", each.way());
      row.put("putsPerSecond", rounded(each.putsPerSecond()));
      row.put("getsPerSecond", rounded(each.getsPerSecond()));
      row.put("putMegabytesPerSecond", rounded(each.putMegabytesPerSecond()));
      row.put("getMegabytesPerSecond", rounded(each.getMegabytesPerSecond()));
      ObjectNode latency = row.putObject("putToGetMillis");
      latency.put("p50", rounded(each.putToGetMillis50()));
      latency.put("p99", rounded(each.putToGetMillis99()));
      row.put("otherCpuMillis", rounded(each.otherCpuMillis()));
    }
    return figures;
  }

  private static double rounded(double value) {
    return Math.round(value * THOUSAND) / THOUSAND;
  }
}

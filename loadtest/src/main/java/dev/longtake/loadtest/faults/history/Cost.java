package dev.longtake.loadtest.faults.history;

import dev.longtake.loadtest.faults.history.Happening.Broke;
import dev.longtake.loadtest.faults.history.Happening.Leased;
import dev.longtake.loadtest.faults.history.Happening.Other;
import dev.longtake.loadtest.faults.history.Happening.Stood;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;

/**
 * What one fault cost.
 *
 * @param stepsLost chunk-steps that were done and had to be done again
 * @param leaseMillis until the next chunk was leased; empty if none had to be
 */
public record Cost(Broke fault, int stepsLost, OptionalLong leaseMillis) {

  /** Of each fault in a history, until the next one. */
  public static List<Cost> of(List<Happening> history) {
    List<Broke> faults =
        history.stream().filter(Broke.class::isInstance).map(Broke.class::cast).toList();
    List<Cost> costs = new ArrayList<>();
    for (int i = 0; i < faults.size(); i++) {
      long end = i + 1 < faults.size() ? faults.get(i + 1).at() : Long.MAX_VALUE;
      costs.add(of(faults.get(i), end, history));
    }
    return costs;
  }

  private static Cost of(Broke fault, long end, List<Happening> history) {
    return new Cost(fault, lost(fault, end, history), leaseMillis(fault, end, history));
  }

  /**
   * Shots whose steps became fewer; what follows a lower count counts from there. A coordinator
   * that takes the story over answers questions before it has asked the archive what is left, and
   * so before its claim: what it says until then is no loss.
   */
  private static int lost(Broke fault, long end, List<Happening> history) {
    long claimed =
        history.stream()
            .filter(row -> row instanceof Other other && other.name().equals("CLAIMED"))
            .mapToLong(Happening::at)
            .filter(at -> at >= fault.at() && at < end)
            .max()
            .orElse(Long.MIN_VALUE);
    List<Stood> told =
        history.stream()
            .filter(Stood.class::isInstance)
            .map(Stood.class::cast)
            .filter(stood -> stood.at() < fault.at() || stood.at() > claimed)
            .toList();
    int lost = 0;
    for (int i = 1; i < told.size(); i++) {
      Stood now = told.get(i);
      Stood before = told.get(i - 1);
      if (now.at() >= fault.at() && now.at() < end) {
        for (int shot = 0; shot < Math.min(now.steps().size(), before.steps().size()); shot++) {
          lost += Math.max(0, before.steps().get(shot) - now.steps().get(shot));
        }
      }
    }
    return lost;
  }

  private static OptionalLong leaseMillis(Broke fault, long end, List<Happening> history) {
    return history.stream()
        .filter(Leased.class::isInstance)
        .map(Leased.class::cast)
        .filter(leased -> leased.kind().equals("CHUNK"))
        .mapToLong(leased -> leased.at() - fault.at())
        .filter(millis -> millis >= 0 && millis < end - fault.at())
        .min();
  }
}

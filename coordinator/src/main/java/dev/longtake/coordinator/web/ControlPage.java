package dev.longtake.coordinator.web;

import dev.longtake.coordinator.audit.AuditLog;
import dev.longtake.metrics.Quantiles;
import java.util.List;
import java.util.Map;

/** The coordinators, their stores, and who changed what. Pure. */
record ControlPage(
    long at,
    Self self,
    String leader,
    boolean settled,
    List<Node> nodes,
    Map<String, Long> freeBytes,
    long latentStoreBytes,
    List<AuditLog.Entry> audit) {

  /**
   * The coordinator that shows this page.
   *
   * @param journal where it is
   * @param heldUp why nothing new is leased; empty if it is
   * @param notReady why it cannot work; empty if it can
   * @param dispatch seconds of the runs of dispatch; none where it does not run
   * @param lease seconds from dealing out to the journaled lease; none where dispatch does not run
   */
  record Self(
      String node,
      String version,
      long startedAt,
      String journal,
      String heldUp,
      String notReady,
      Quantiles dispatch,
      Quantiles lease) {}

  /** A coordinator of the farm, as dispatch knows it. */
  record Node(String name, int workers) {}

  /** A coordinator's name without the words that all of them have: its host and port. */
  static String shortened(String node) {
    return node.replaceFirst("^.*@", "").replaceFirst("#.*$", "");
  }

  ControlPage {
    nodes = List.copyOf(nodes);
    freeBytes = Map.copyOf(freeBytes);
    audit = List.copyOf(audit);
  }
}

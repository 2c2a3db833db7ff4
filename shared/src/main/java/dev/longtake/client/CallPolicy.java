package dev.longtake.client;

import java.util.List;
import java.util.Map;

/** How gRPC spreads calls over several coordinators, and what it tries again by itself. */
final class CallPolicy {

  /**
   * In the form of gRPC's service config; its numbers have to be doubles.
   *
   * <p>Each call goes to the next coordinator. One most of whose calls fail, though it says that it
   * is well, gets none for some seconds. A call that did not get through goes to the next one at
   * once. Streams are left to those who made them, who know what was said on them; and calls that
   * may not be repeated are made once, because one that got no answer may have been carried out: a
   * second CreateToken would issue another token, a second ReleaseWorker find nothing to release.
   */
  static final Map<String, ?> SERVICE_CONFIG =
      Map.of(
          "loadBalancingConfig",
          List.of(Map.of("outlier_detection_experimental", outliers())),
          "methodConfig",
          List.of(
              Map.of(
                  "name",
                  List.of(
                      method("WorkerService", "Synchronize"),
                      method("FarmService", "WatchStory"),
                      method("AccessService", "CreateToken"),
                      method("FleetService", "ReleaseWorker"))),
              Map.of("name", List.of(Map.of()), "retryPolicy", retries())));

  private CallPolicy() {}

  private static Map<String, ?> outliers() {
    return Map.of(
        "interval",
        "1s",
        "baseEjectionTime",
        "5s",
        "maxEjectionTime",
        "30s",
        "maxEjectionPercent",
        50.0,
        "failurePercentageEjection",
        Map.of(
            "threshold", 80.0,
            "enforcementPercentage", 100.0,
            "minimumHosts", 2.0,
            "requestVolume", 3.0),
        "childPolicy",
        List.of(Map.of("round_robin", Map.of())));
  }

  private static Map<String, ?> retries() {
    return Map.of(
        "maxAttempts",
        4.0,
        "initialBackoff",
        "0.05s",
        "maxBackoff",
        "1s",
        "backoffMultiplier",
        2.0,
        "retryableStatusCodes",
        List.of("UNAVAILABLE"));
  }

  private static Map<String, ?> method(String service, String method) {
    return Map.of("service", "longtake.v1." + service, "method", method);
  }
}

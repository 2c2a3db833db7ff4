package dev.longtake.ops.json;

import dev.longtake.worker.Doctor;

/** Something that {@code doctor} looked at: {@code finding.schema.json}. */
public record FindingJson(String subject, String state, String detail) {

  /** The line of a finding. */
  public static FindingJson of(Doctor.Finding finding) {
    return new FindingJson(finding.subject(), Doctor.label(finding.state()), finding.detail());
  }
}

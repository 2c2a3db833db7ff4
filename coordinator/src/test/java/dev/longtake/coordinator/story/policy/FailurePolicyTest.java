package dev.longtake.coordinator.story.policy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.longtake.coordinator.story.policy.FailurePolicy.Treatment;
import dev.longtake.error.ErrorCode;
import dev.longtake.error.ErrorKind;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class FailurePolicyTest {

  /** A certificate that has run out ends no story. */
  @ParameterizedTest
  @EnumSource(names = {"UNAUTHENTICATED", "PERMISSION_DENIED"})
  void treatment_ofAWorkerThatIsNotLetIn_isAgainstTheWorker(ErrorCode code) {
    assertThat(FailurePolicy.of(code)).isEqualTo(Treatment.SUSPECT);
  }

  /** What one worker could not do another one may, and nothing else is tried again. */
  @ParameterizedTest
  @EnumSource(
      mode = EnumSource.Mode.EXCLUDE,
      names = {"UNAUTHENTICATED", "PERMISSION_DENIED"})
  void treatment_ofEachCode_isThatOfItsKind(ErrorCode code) {
    Treatment treatment = FailurePolicy.of(code);

    assertThat(treatment != Treatment.FAIL).isEqualTo(code.kind().isRetryable());
    assertThat(treatment.isAgainstWorker() && code.kind() != ErrorKind.WORKER).isFalse();
  }
}
